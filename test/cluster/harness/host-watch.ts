import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '../../e2e/harness/standing.ts';
import type { RealCluster } from './real-cluster.ts';

/** An address of a host, as the kernel tells of it. */
export interface HostWatch extends AsyncDisposable {
  /** When it left; milliseconds since the epoch. */
  readonly gone: readonly number[];
  /** When it came, or its lifetime was renewed. */
  readonly there: readonly number[];
  /** Resolves when it is renewed from now on. */
  renewed(): Promise<void>;
}

/** Begins to listen; returns at the first renewal, of which a living member has one every few seconds. */
export async function watchHost({ world: { fabric } }: RealCluster, node: string, ip: string): Promise<HostWatch> {
  const argv = ['ip', '-oneline', '-4', 'monitor', 'address'];
  const child = fabric.exec(node, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  if (child.stdout === null) throw new Error('ip monitor has no output');
  const [gone, there]: [number[], number[]] = [[], []];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.includes(`inet ${ip}/32 `)) (line.startsWith('Deleted') ? gone : there).push(Date.now());
  });
  const renewed = async () => {
    const seen = there.length;
    await eventually(`${ip} is renewed on ${node}`, () => there.length > seen, 60_000);
  };
  await renewed();
  return {
    gone,
    there,
    renewed,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
