import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { run, startProcess, waitUntilReady } from '../../../scripts/rig/processes.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a server ends with the process that started it, however that ends', async (t) => {
  const module = new URL('../../../scripts/rig/processes.ts', import.meta.url);
  const script = `
    const { startProcess } = await import(${JSON.stringify(module.href)});
    const server = await startProcess('sleep', ['600'], '/dev/null');
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(owner.stdout, 'data');
  const pid = Number(line);
  t.equal(isAlive(pid), true);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  for (let waited = 0; isAlive(pid) && waited < 5_000; waited += 20) await sleep(20);
  t.equal(isAlive(pid), false);
});

test('shows what a server printed when it ends before it is ready', async (t) => {
  const log = join(t.testdir(), 'log');
  const server = await startProcess('sh', ['-c', 'echo no such flag >&2; exit 3'], log);
  await t.rejects(
    waitUntilReady('thing', server, async () => false),
    { message: /thing ended before it was ready:\nno such flag/ },
  );
});

test('ends a server that does not listen to TERM', async (t) => {
  const server = await startProcess('sh', ['-c', 'trap "" TERM; while :; do sleep 0.1; done'], '/dev/null');
  await sleep(100);
  await server.stop();
  t.equal(isAlive(server.pid), false);
});

test('tells what a command said when it fails', async (t) => {
  t.equal(await run('sh', ['-c', 'echo fine']), 'fine\n');
  await t.rejects(run('sh', ['-c', 'echo wrong >&2; exit 2']), { message: /exit 2\nwrong/ });
});
