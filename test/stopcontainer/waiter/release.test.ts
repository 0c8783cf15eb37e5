import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { claimText, eventually, makeWaiterRig, type WaiterRig } from './waiter-rig.ts';

t.jobs = 4;

async function checked(rig: WaiterRig): Promise<void> {
  await eventually('the check has run', async () => (await rig.calls()).some((call) => call.endsWith('--check')));
}

t.test('releases by the pod alone when told to stop before any claim', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  await checked(rig);
  waiter.process.kill('SIGTERM');
  t.equal(await waiter.ended, 0);
  t.equal((await rig.calls()).at(-1), `${waiter.pid} --once`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`releases the claim it adopted on ${signal}, in its own process`, { buffered: true }, async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    const waiter = rig.start();
    await rig.writeClaim({ epoch: 9007199254740991, waiter: await rig.waiterId(), podUid: 'f00-ba7' });
    await eventually('the claim is seen', async () => waiter.log().includes('watching'));
    waiter.process.kill(signal);
    await waiter.ended;
    t.equal((await rig.calls()).at(-1), `${waiter.pid} --once --claim-epoch=9007199254740991 --claim-pod-uid=f00-ba7`);
  });
}

t.test('reads a claim of the last moment before it releases', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env: { FIRECAMP_WATCH_INTERVAL: '3600' } });
  await checked(rig);
  await rig.writeClaim({ epoch: 4, waiter: await rig.waiterId() });
  waiter.process.kill('SIGTERM');
  await waiter.ended;
  t.match((await rig.calls()).at(-1), '--once --claim-epoch=4 --claim-pod-uid=0f1e-2d');
});

t.test('keeps a stop that comes during the check, ends the check, and releases', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.on('--check', 'exec sleep 60');
  const waiter = rig.start();
  await checked(rig);
  waiter.process.kill('SIGTERM');
  t.equal(await waiter.ended, 0);
  t.equal((await rig.calls()).at(-1), `${waiter.pid} --once`);
});

/** The masks that the stand-in was started with, as /proc gives them. */
async function masksOf(rig: WaiterRig, mode: string): Promise<{ blocked: bigint; ignored: bigint }> {
  const text = await eventually('both masks', async () => {
    const soFar = await readFile(join(rig.dir, `signals${mode}`), 'utf8').catch(() => '');
    return /SigIgn:.*\n/.test(soFar) && soFar;
  });
  const mask = (name: string): bigint => BigInt(`0x${new RegExp(`${name}:\\s+([0-9a-f]+)`).exec(text)?.[1]}`);
  return { blocked: mask('SigBlk'), ignored: mask('SigIgn') };
}

t.test(
  'hands the program no blocked signal, and stop signals ignored until it handles them',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    const stop = (1n << 14n) | (1n << 1n);
    const child = 1n << 16n;
    const waiter = rig.start();
    const check = await masksOf(rig, '--check');
    t.equal(check.blocked & (stop | child), 0n, 'the check can be stopped');
    t.equal(check.ignored & stop, 0n);
    waiter.process.kill('SIGTERM');
    await waiter.ended;
    const release = await masksOf(rig, '--once');
    t.equal(release.blocked & (stop | child), 0n, 'nothing is blocked for the release');
    t.equal(release.ignored & stop, stop, 'and no second TERM can end it before it has handlers');
  },
);

for (const [how, script] of [
  ['ends on TERM', 'exec sleep 60'],
  ['ignores TERM', "trap '' TERM; exec sleep 60"],
] as const) {
  t.test(`does not wait for a guard that ${how} when the pod ends`, { buffered: true }, async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await rig.on('--guard', script);
    const waiter = rig.start();
    await rig.writeClaim({ epoch: 2, waiter: await rig.waiterId() });
    const guard = await eventually('the guard', async () =>
      (await rig.calls()).find((call) => call.includes('--guard')),
    );
    waiter.process.kill('SIGTERM');
    t.equal(await waiter.ended, 0);
    t.match((await rig.calls()).at(-1), `${waiter.pid} --once --claim-epoch=2`);
    t.throws(() => process.kill(Number.parseInt(guard, 10), 0), { code: 'ESRCH' }, 'the guard is gone');
  });
}

t.test('as process 1 of a pod, releases in that process and reaps orphans', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.on('--check', '(sleep 0.2) & exit 0');
  const outer = rig.start({ wrapper: ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] });
  await rig.writeClaim({ epoch: 5, waiter: await rig.waiterId() });
  const children = `/proc/${outer.pid}/task/${outer.pid}/children`;
  const init = Number((await readFile(children, 'utf8')).trim());
  await eventually('the claim is seen', async () => outer.log().includes('watching'));
  const left = `/proc/${init}/task/${init}/children`;
  t.ok(await eventually('the orphan is reaped', async () => (await readFile(left, 'utf8')).trim() === ''));
  process.kill(init, 'SIGTERM');
  t.equal(await outer.ended, 0);
  t.equal((await rig.calls()).at(-1), '1 --once --claim-epoch=5 --claim-pod-uid=0f1e-2d');
});

t.test('keeps a stop that was sent before it could run', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  // The signal is pending, and blocked, before the waiter's first instruction.
  const blocked =
    'import os,signal,sys; signal.pthread_sigmask(signal.SIG_BLOCK,[15]); os.kill(os.getpid(),15); os.execv(sys.argv[1],sys.argv[1:])';
  const waiter = rig.start({ wrapper: ['python3', '-c', blocked] });
  t.equal(await waiter.ended, 0);
  t.equal((await rig.calls()).at(-1), `${waiter.pid} --once`);
});

t.test('is not led by a claim file that is rewritten for another waiter', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  await rig.writeClaim({ epoch: 7, waiter: await rig.waiterId() });
  await eventually('the claim is seen', async () => waiter.log().includes('epoch 7'));
  await rig.writeClaim({ epoch: 8, waiter: 'a-later-waiter' });
  waiter.process.kill('SIGTERM');
  await waiter.ended;
  t.match((await rig.calls()).at(-1), '--once --claim-epoch=7 ');
  t.equal(await readFile(join(rig.runDir, 'claim'), 'utf8'), claimText({ epoch: 8, waiter: 'a-later-waiter' }));
});
