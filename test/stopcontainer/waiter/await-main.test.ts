import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { compileWaiter } from '../../../scripts/build/compile-waiter.ts';
import { eventually } from './waiter-rig.ts';

const cgroups = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup', '/sys/fs/cgroup/pids'];

/** A control group of its own is what tells a container's processes; undefined where none can be made. */
function makeCgroup(name: string): string | undefined {
  for (const root of cgroups) {
    try {
      mkdirSync(join(root, name));
      return join(root, name);
    } catch {}
  }
  return undefined;
}

const mainGroup = makeCgroup(`firecamp-main-${process.pid}`);
const stopGroup = makeCgroup(`firecamp-stop-${process.pid}`);
const skip = mainGroup === undefined || stopGroup === undefined ? 'control groups cannot be made here' : false;

test('the hook before 1.29 ends when the main container has ended, and not before', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'firecamp-waiter-'));
  const waiter = join(dir, 'firecamp-stopcontainer');
  await compileWaiter(resolve(import.meta.dirname, '..', '..', '..'), waiter, process.env['CC']);
  // Process 1 is the pod's own, as with shareProcessNamespace; it ends with its stdin.
  const pod = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c', 'echo; read -r _'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    pod.stdin.end();
    if (pod.exitCode === null) await once(pod, 'exit');
    rmSync(dir, { recursive: true });
    for (const group of [mainGroup, stopGroup])
      if (group) await eventually('the group is empty', async () => removed(group));
  });
  await once(pod.stdout, 'data');
  const inPod = (group: string, command: string) => spawnIn(pod, group, command);
  const main = inPod(mainGroup ?? '', 'echo; read -r _; exec sleep 0.3');
  const beside = inPod(stopGroup ?? '', 'echo; read -r _');
  await Promise.all([once(main.stdout, 'data'), once(beside.stdout, 'data')]);
  const hook = inPod(stopGroup ?? '', `exec ${waiter} --await-main`);
  const ended = once(hook, 'exit');
  await sleep(300);
  t.equal(hook.exitCode, null, 'it waits while the main container lives');
  main.stdin.end('\n');
  t.strictSame(await ended, [0, null]);
  t.not(main.exitCode, null, 'the main container was over');
  t.equal(beside.exitCode, null, 'the stop container’s own waiting process is none that it waits for');
  beside.stdin.end('\n');
  await once(beside, 'exit');
});

function spawnIn(pod: ChildProcess, group: string, command: string) {
  // The shell moves itself into the group first, as a runtime does for a container.
  const script = `echo $$ > ${group}/cgroup.procs && exec nsenter --target $(cat /proc/${pod.pid}/task/${pod.pid}/children) --pid --mount sh -c '${command}'`;
  return spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function removed(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
