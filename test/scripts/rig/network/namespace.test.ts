import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { canUseNamespaces } from '../../../../scripts/rig/network/namespace.ts';

const script = fileURLToPath(new URL('./inside.ts', import.meta.url));
const use = canUseNamespaces();
const skip = use.ok ? false : use.why;

function output(argv: readonly string[], prefix: readonly string[] = []): { status: number | null; text: string } {
  const [file = '', ...args] = [...prefix, process.execPath, script, ...argv];
  const run = spawnSync(file, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } });
  return { status: run.status, text: run.stdout.trim() };
}

t.test('runs the script again inside, with its arguments and its exit status', { skip }, async (t) => {
  t.same(output(['say', 'one two', '7']), { status: 7, text: 'inside as root: one two; links: lo; names: 0' });
});

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const cannotBeNobody =
  process.getuid?.() === 0 && use.ok && canReadAsNobody() ? false : 'not root, or files not readable';

function canReadAsNobody(): boolean {
  return spawnSync('setpriv', [...asNobody.slice(1), process.execPath, '--check', script]).status === 0;
}

t.test('does the same for an ordinary user', { skip: cannotBeNobody }, async (t) => {
  t.same(output(['say', 'x', '0'], asNobody), { status: 0, text: 'inside as root: x; links: lo; names: 0' });
});

t.test('gives the reason where namespaces cannot be had, and goes on in the same process', async (t) => {
  const run = spawnSync(process.execPath, [script, 'say', 'x', '0'], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent' },
  });
  t.equal(run.status, 3);
  t.match(run.stdout, /^cannot make network namespaces: /);
});

t.test('leaves nothing running when the process outside is killed', { skip }, async (t) => {
  const child: ChildProcess = spawn(process.execPath, [script, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [text]: unknown[] = child.stdout === null ? [] : await once(child.stdout, 'data');
  const pids = String(text).trim().split(' ');
  t.equal(pids.length, 2, 'the process inside, and one in a node');
  for (const pid of pids) t.ok(isRunning(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const until = Date.now() + 10_000;
  while (pids.some(isRunning) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const pid of pids) t.notOk(isRunning(pid));
});

function isRunning(pid: string): boolean {
  // A process that ended but was not waited for has no descriptors to read.
  if (!existsSync(`/proc/${pid}/fd`)) return false;
  try {
    return readdirSync(`/proc/${pid}/fd`).length > 0;
  } catch {
    return false;
  }
}
