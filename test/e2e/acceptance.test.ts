import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { content } from '../scripts/acceptance/accepted-account.ts';
import { beginEndToEnd } from './harness/begin.ts';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'acceptance', 'main.ts');

const begun = await beginEndToEnd('the acceptance with the built programs, on a node');
if (begun) {
  const { t, World } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const [instanceId, guest] = ['i-00000000000000001', 'eni-00000000000000001'];
  const subnet = 'subnet-0000000000000000a';

  /** The script, on the node. */
  const start = (...args: readonly string[]) => {
    const env = world.nodeEnvironment(instanceId);
    const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
    return world.fabric.exec('node-1', [process.execPath, script, ...args], { env, stdio });
  };
  const run = ['--subnet', subnet, '--interface', guest, '--parts', 'claims', '--times', '2', '--yes'];

  t.test('the built programs claim and release on the instance, each phase is measured, nothing is left', async (t) => {
    const before = content(world.cloud);
    const json = join(world.dir, 'outcome.json');
    const child = start(...run, '--json', json);
    const [out, err, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]);
    t.equal(code, 0, err + out);
    const { judgements, measures } = JSON.parse(readFileSync(json, 'utf8'));
    t.match(judgements, [{ outcome: 'held', answered: '2 times' }]);
    const counts = new Map<string, number>(
      measures.map((one: { what: string; millis: number[] }) => [one.what, one.millis.length]),
    );
    t.equal(counts.get('claim: firecamp-initcontainer, from its start to its end'), 2);
    for (const phase of ['assign', 'confirm', 'host']) t.equal(counts.get(`claim: ${phase}`), 2, phase);
    t.equal(counts.get('release: from SIGTERM to its end, with DETACH_POLICY=keep'), 1);
    t.equal(counts.get('release: from SIGTERM to its end, with DETACH_POLICY=detach'), 1);
    t.strictSame(content(world.cloud), before);
  });

  t.test(
    'killed in the middle of a claim it leaves no process, and what it left in AWS is found by its id',
    async (t) => {
      const before = content(world.cloud);
      const toGuest = (params: Readonly<Record<string, string>>) => params['NetworkInterfaceId'] === guest;
      const hold = world.cloud.faults.hold({ operation: 'AssignPrivateIpAddresses', where: toGuest }, 'reply');
      const child = start(...run);
      const told = read(child.stderr);
      await hold.reached;
      child.kill('SIGKILL');
      hold.drop();
      hold.remove();
      const runId = /Run (\w+) makes/.exec(await told)?.[1] ?? '';
      t.match(runId, /^[0-9a-f]{8}$/);
      t.strictSame(programsOf(runId), []);
      const cleaning = start('--clean', runId, '--parts', 'claims');
      const [out, [code]] = await Promise.all([read(cleaning.stdout), once(cleaning, 'close')]);
      t.equal(code, 0, out);
      t.match(out, new RegExp(`taken away: visiting address \\S+ on ${guest}`));
      t.strictSame(content(world.cloud), before);
    },
  );
}

/** Processes that were started with the cluster of this run. */
function programsOf(runId: string): string[] {
  return globSync('/proc/[0-9]*/environ').filter((file) => {
    try {
      return readFileSync(file, 'utf8').includes(`CLUSTER=acceptance-${runId}`);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

async function read(stream: NodeJS.ReadableStream | null): Promise<string> {
  return stream === null ? '' : text(stream);
}
