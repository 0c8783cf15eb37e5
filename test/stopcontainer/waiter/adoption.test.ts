import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { claimText, eventually, makeWaiterRig, type Waiter, type WaiterRig } from './waiter-rig.ts';

t.jobs = 4;

/** Ends the waiter and gives the arguments of its release. */
async function release(rig: WaiterRig, waiter: Waiter): Promise<string | undefined> {
  waiter.process.kill('SIGTERM');
  await waiter.ended;
  return (await rig.calls()).at(-1)?.replace(/^\d+ /, '');
}

const releaseOf = (epoch: number): string => `--once --claim-epoch=${epoch} --claim-pod-uid=0f1e-2d`;

t.test('adopts a claim that was there when it started, as a restarted sidecar must', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.writeClaim({ epoch: 3, waiter: 'the-one-before' });
  const waiter = rig.start();
  await rig.waiterId();
  await rm(join(rig.runDir, 'claim'));
  t.equal(await release(rig, waiter), releaseOf(3));
});

t.test(
  'replaces a claim that was there before by one made in front of it, and then keeps that',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await rig.writeClaim({ epoch: 3, waiter: 'the-one-before' });
    const waiter = rig.start();
    const id = await rig.waiterId();
    await rig.writeClaim({ epoch: 4, waiter: id });
    await eventually('epoch 4', async () => waiter.log().includes('epoch 4'));
    await rig.writeClaim({ epoch: 5, waiter: id });
    await eventually('epoch 5', async () => waiter.log().includes('epoch 5'));
    await rig.writeClaim({ epoch: 6, waiter: 'the-one-before' });
    t.equal(await release(rig, waiter), releaseOf(5));
  },
);

t.test('keeps a claim that was there before when one for another waiter appears', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.writeClaim({ epoch: 3, waiter: 'the-one-before' });
  const waiter = rig.start();
  await rig.waiterId();
  await rig.writeClaim({ epoch: 4, waiter: 'another' });
  t.equal(await release(rig, waiter), releaseOf(3));
});

t.test('adopts nothing that was made in front of a waiter of another sandbox', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  await rig.waiterId();
  await rig.writeClaim({ epoch: 4, waiter: 'another' });
  t.equal(await release(rig, waiter), '--once');
});

t.test('adopts a claim that was under way while the sidecar was restarted', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const first = rig.start();
  const before = await rig.waiterId();
  first.process.kill('SIGKILL');
  await first.ended;
  const second = rig.start();
  await eventually('the second waiter', async () => (await rig.waiterId()) !== before);
  await rig.writeClaim({ epoch: 4, waiter: before });
  t.equal(await release(rig, second), releaseOf(4));
});

t.test('adopts a claim that found no waiter when there had been none', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  await rig.waiterId();
  await rig.writeClaim({ epoch: 4, waiter: '' });
  t.equal(await release(rig, waiter), releaseOf(4));
});

t.test('announces itself under a new id each time', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const first = rig.start();
  const before = await rig.waiterId();
  await release(rig, first);
  rig.start();
  t.ok(await eventually('another id', async () => (await rig.waiterId()) !== before));
});

const whole = claimText({ epoch: 4, waiter: 'ID' });
const unfit: Record<string, string> = {
  'is half written': whole.slice(0, whole.indexOf('waiter=')),
  'lacks its last newline': whole.slice(0, -1),
  'lacks the line that ends it': whole.replace('end=1\n', ''),
  'goes on after its end': `${whole}epoch=5\n`,
  'names its epoch twice': whole.replace('epoch=4\n', 'epoch=4\nepoch=5\n'),
  'has an epoch that is no number': whole.replace('epoch=4', 'epoch=4x'),
  'has an epoch beyond what a double can count': whole.replace('epoch=4', 'epoch=9007199254740992'),
  'has an epoch of zero': whole.replace('epoch=4', 'epoch=0'),
  'has an address that is none': whole.replace('10.0.1.200', '10.0.1'),
  'has a pod UID that could be more than one argument': whole.replace('0f1e-2d', 'a b'),
  'has a pod UID that the program would refuse': whole.replace('0f1e-2d', '0F1E-2D'),
  'has a pod UID that is too long': whole.replace('0f1e-2d', 'a'.repeat(65)),
  'has a zero byte in it': whole.replace('eni-1', 'eni\n\0'),
  'is longer than a claim can be': whole.replace('eni-1', 'e'.repeat(5000)),
  'is empty': '',
};

t.test('is content with a claim that has more keys than it knows', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  const text = whole.replace('ID', await rig.waiterId()).replace('mac=', 'later=x=y\nmac=');
  await writeFile(join(rig.runDir, 'claim'), text);
  t.equal(await release(rig, waiter), releaseOf(4));
});

for (const [fault, text] of Object.entries(unfit)) {
  t.test(`believes no claim file that ${fault}`, { buffered: true }, async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    const waiter = rig.start();
    await writeFile(join(rig.runDir, 'claim'), text.replace('ID', await rig.waiterId()));
    t.equal(await release(rig, waiter), '--once');
  });
}

const inTheWay: Record<string, (path: string) => Promise<unknown>> = {
  'a symbolic link to a claim': async (path) => {
    await rename(path, `${path}.target`);
    await symlink(`${path}.target`, path);
  },
  'a fifo': async (path) => {
    await rm(path);
    execFileSync('mkfifo', [path]);
  },
  'a directory': async (path) => {
    await rm(path);
    await mkdir(path);
  },
};

for (const [what, replace] of Object.entries(inTheWay)) {
  t.test(`is neither led nor held up by ${what} in place of the claim file`, { buffered: true }, async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    const path = join(rig.runDir, 'claim');
    await writeFile(path, claimText({ epoch: 4, waiter: '' }));
    await replace(path);
    const waiter = rig.start();
    await rig.waiterId();
    t.equal(await release(rig, waiter), '--once');
  });
}

t.test('writes through no symbolic link that lies where its files go', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const bystander = join(rig.dir, 'bystander');
  await writeFile(bystander, 'untouched');
  await symlink(bystander, join(rig.runDir, 'waiter'));
  const waiter = rig.start();
  await eventually('its own file', async () => (await rig.waiterId()) !== 'untouched');
  await release(rig, waiter);
  t.equal(execFileSync('cat', [bystander], { encoding: 'utf8' }), 'untouched');
});

t.test(
  'waits on without a run directory, says so once, and announces itself when there is one',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await rm(rig.runDir, { recursive: true });
    const waiter = rig.start();
    await eventually('the warning', async () => waiter.log().includes(`cannot write ${rig.runDir}/waiter`));
    await mkdir(rig.runDir);
    t.ok(await rig.waiterId());
    t.equal(waiter.log().split('cannot write').length, 2, 'said once');
  },
);
