import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { eventually, makeWaiterRig, member, networkInterface, type Waiter, type WaiterRig } from './waiter-rig.ts';

t.jobs = 4;

const addAddress = (rig: WaiterRig, ...more: string[]): Promise<string> =>
  rig.inside('ip', 'addr', 'add', `${member}/32`, 'dev', networkInterface, ...more);
const flushAddress = (rig: WaiterRig): Promise<string> => rig.inside('ip', 'addr', 'flush', 'dev', networkInterface);
const guards = async (rig: WaiterRig): Promise<string[]> =>
  (await rig.calls()).filter((call) => call.includes('--guard'));
const readyAt = (rig: WaiterRig): Promise<number | undefined> =>
  stat(join(rig.runDir, 'ready')).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/** A waiter that watches the member's address. */
async function watching(rig: WaiterRig, env: Record<string, string> = {}, wrapper: string[] = []): Promise<Waiter> {
  const waiter = rig.start({ env, wrapper });
  await rig.writeClaim({ epoch: 7, waiter: await rig.waiterId() });
  await eventually('the claim is seen', async () => waiter.log().includes('watching'));
  return waiter;
}

t.test(
  'gives the address a lifetime, again and again, and leaves all else of it as it was',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await addAddress(rig, 'scope', 'link', 'label', `${networkInterface}:m`, 'metric', '77', 'noprefixroute');
    const before = await rig.address();
    await watching(rig, { FIRECAMP_ADDRESS_LIFETIME: '100' });
    const renewed = await eventually('a lifetime', async () => {
      const address = await rig.address();
      return address !== undefined && address.valid_life_time <= 100 && address;
    });
    t.ok(renewed.valid_life_time >= 95, `${renewed.valid_life_time} s are left`);
    t.equal(renewed.preferred_life_time, 0);
    const { valid_life_time: _valid, preferred_life_time: _preferred, ...rest } = before ?? {};
    t.match(renewed, rest);
    t.equal(renewed.noprefixroute, true);
    await rig.inside(
      'ip',
      'addr',
      'change',
      `${member}/32`,
      'dev',
      networkInterface,
      'valid_lft',
      '40',
      'preferred_lft',
      '0',
    );
    t.ok(await eventually('the next renewal', async () => ((await rig.address())?.valid_life_time ?? 0) > 90));
    t.strictSame(await guards(rig), []);
  },
);

t.test('leaves the routes of the interface as they were', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.inside('ip', 'addr', 'add', '10.0.1.4/24', 'dev', networkInterface);
  await addAddress(rig, 'metric', '77');
  const routes = await rig.inside('ip', 'route', 'show', 'table', 'all');
  await watching(rig);
  await eventually('a renewal', async () => ((await rig.address())?.valid_life_time ?? 0) <= 180);
  t.equal(await rig.inside('ip', 'route', 'show', 'table', 'all'), routes);
  const other = await rig.inside('ip', 'addr', 'show', 'dev', networkInterface);
  t.match(other, /10\.0\.1\.4\/24[^\n]*\n\s+valid_lft forever/, 'the address of the node is not touched');
});

t.test(
  'leaves the address to the kernel, which removes it, once the waiter is killed',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await addAddress(rig);
    const waiter = await watching(rig, { FIRECAMP_ADDRESS_LIFETIME: '3' });
    await eventually('a renewal', async () => ((await rig.address())?.valid_life_time ?? 99) <= 3);
    await sleep(3_500);
    t.ok(await rig.address(), 'it lives as long as it is renewed');
    waiter.process.kill('SIGKILL');
    await waiter.ended;
    t.ok(await eventually('the kernel removes it', async () => (await rig.address()) === undefined));
  },
);

t.test('keeps its readiness file fresh while the address is on the host', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await addAddress(rig);
  await watching(rig);
  const first = await eventually('the file', () => readyAt(rig));
  t.equal((await stat(join(rig.runDir, 'ready'))).mode & 0o777, 0o600);
  t.ok(await eventually('a later time', async () => ((await readyAt(rig)) ?? 0) > first));
});

t.test('is not ready before there is a claim, even when the waiter before it was', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await addAddress(rig);
  const first = await watching(rig);
  await eventually('the file', () => readyAt(rig));
  first.process.kill('SIGKILL');
  await first.ended;
  await rm(join(rig.runDir, 'claim'));
  rig.start();
  t.ok(await eventually('the file is gone', async () => (await readyAt(rig)) === undefined));
});

t.test(
  'runs the guard when the address is lost, and is ready again as soon as that has put it back',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await addAddress(rig);
    await rig.on('--guard', `sleep 0.3; ip addr add ${member}/32 dev ${networkInterface}`);
    const waiter = await watching(rig);
    await eventually('the file', () => readyAt(rig));
    await flushAddress(rig);
    await eventually('the guard', async () => (await guards(rig)).length > 0);
    t.equal(await readyAt(rig), undefined, 'not ready without the address');
    await eventually('ready again', () => readyAt(rig));
    t.ok(await rig.address());
    t.match(await guards(rig), [/ --guard --claim-epoch=7 --claim-pod-uid=0f1e-2d$/], 'it ran once');
    t.match(waiter.log(), `${member} is not on the host any more`);
    t.match(waiter.log(), `${member} is on the host again`);
    t.equal(waiter.process.exitCode, null);
  },
);

t.test('watches on when nobody reads its log any more', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await addAddress(rig);
  const waiter = await watching(rig);
  await eventually('the file', () => readyAt(rig));
  waiter.process.stderr?.destroy();
  await flushAddress(rig);
  await eventually('the loss is seen, and was logged', async () => (await readyAt(rig)) === undefined);
  await addAddress(rig);
  t.ok(await eventually('ready again', () => readyAt(rig)));
  t.equal(waiter.process.exitCode ?? waiter.process.signalCode, null);
});

t.test('gives a claim that was just made some looks to put the address on the host', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = await watching(rig);
  await sleep(2_500);
  await addAddress(rig);
  await eventually('the file', () => readyAt(rig));
  t.strictSame(await guards(rig), []);
  t.notMatch(waiter.log(), 'is not on the host any more');
});

t.test('runs one guard at a time', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.on('--guard', 'exec sleep 60');
  await watching(rig);
  await eventually('the guard', async () => (await guards(rig)).length > 0);
  await sleep(2_500);
  t.equal((await guards(rig)).length, 1);
});

t.test('runs a guard that failed again at the next interval', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.on('--guard', 'exit 3');
  await watching(rig);
  t.ok(await eventually('three guards', async () => (await guards(rig)).length >= 3));
});

t.test(
  'does not spin when the guard says that all is well and the address is not there',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await watching(rig);
    await eventually('the guard', async () => (await guards(rig)).length > 0);
    await sleep(2_500);
    t.ok((await guards(rig)).length <= 4, `${(await guards(rig)).length} guards`);
  },
);

t.test(
  'leaves a lost address alone for ten intervals when it is another member’s now',
  { buffered: true },
  async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    await rig.on('--guard', 'exit 5');
    const waiter = await watching(rig);
    await eventually('the first guard', async () => waiter.log().includes('is not to be put back'));
    await sleep(4_000);
    t.equal((await guards(rig)).length, 1);
    await addAddress(rig);
    t.ok(
      await eventually('a renewal', async () => ((await rig.address())?.valid_life_time ?? 999) <= 180),
      'but watches on',
    );
  },
);

t.test('says once that it lacks NET_ADMIN, and does not run the guard at every look', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await addAddress(rig);
  const waiter = await watching(rig, {}, ['setpriv', '--bounding-set', '-net_admin', '--']);
  await eventually('the warning', async () => waiter.log().includes('NET_ADMIN'));
  await sleep(3_500);
  t.equal(waiter.log().split('NET_ADMIN').length, 2, waiter.log());
  t.equal((await guards(rig)).length, 1);
  t.equal(await readyAt(rig), undefined);
});

t.test('finds the address behind more addresses than one netlink answer holds', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const many = Array.from({ length: 600 }, (_, n) => `addr add 10.7.${n >> 8}.${n & 255}/32 dev ${networkInterface}\n`);
  await rig.inside('sh', '-c', `printf '${many.join('')}' | ip -batch -`);
  await addAddress(rig);
  await watching(rig);
  await eventually('a renewal', async () => ((await rig.address())?.valid_life_time ?? 999) <= 180);
  t.strictSame(await guards(rig), []);
});

t.test('has less than two MiB resident, does not grow, and uses next to no CPU', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await addAddress(rig);
  const waiter = await watching(rig);
  const resident = async (): Promise<number> =>
    Number(/VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${waiter.pid}/status`, 'utf8'))?.[1]);
  await eventually('a look', () => readyAt(rig));
  const early = await resident();
  await sleep(4_000);
  const late = await resident();
  t.ok(late < 2048, `${late} KiB`);
  t.equal(late, early, 'no growth');
  const ticks = (await readFile(`/proc/${waiter.pid}/stat`, 'utf8'))
    .split(') ')[1]
    ?.split(' ')
    .slice(11, 13)
    .map(Number);
  t.ok(
    (ticks ?? [99]).every((count) => count <= 5),
    `${ticks} hundredths of a second in five seconds`,
  );
});
