import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Ids of the processes of a network namespace (a path such as /proc/1/ns/net) that were started as `program` with `variable`
 * (`NAME=value`). Looks at all of them at once, so that one that is about to do something else is found where it stands.
 */
export function processesIn(network: string, program: string, variable: string): number[] {
  const inode = readlinkSync(network);
  const has = (pid: string) => {
    const words = (file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
    return (
      words('cmdline')[0] === program &&
      readlinkSync(`/proc/${pid}/ns/net`) === inode &&
      words('environ').includes(variable)
    );
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && orGone(() => has(name)))
    .map(Number);
}

/** False where the process has ended meanwhile. */
function orGone(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}
