import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { eventually, makeWaiterRig } from './waiter-rig.ts';

t.jobs = 4;

for (const args of [['--once'], ['--guard', '--claim-epoch=3'], ['--help'], ['--nonsense', 'a b']]) {
  t.test(`becomes the program at once when called with ${args.join(' ')}`, { buffered: true }, async (t) => {
    const rig = await makeWaiterRig();
    t.teardown(() => rig.close());
    const waiter = rig.start({ args });
    t.equal(await waiter.ended, 0);
    t.strictSame(await rig.calls(), [`${waiter.pid} ${args.join(' ')}`], 'one call, in the same process');
  });
}

t.test('becomes the program at once in test mode', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env: { TESTMODE: 'true' } });
  t.equal(await waiter.ended, 0);
  t.strictSame(await rig.calls(), [`${waiter.pid} `]);
});

t.test('calls the program by the name that makes it the stop program', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await unlink(join(rig.dir, 'firecamp-initcontainer'));
  await symlink(process.execPath, join(rig.dir, 'firecamp-initcontainer'));
  const waiter = rig.start({ args: ['-p', 'process.argv0'] });
  t.equal(await waiter.ended, 0);
  t.equal(waiter.stdout(), 'firecamp-stopcontainer\n');
});

t.test('ends with the exit code of the check when the configuration is not valid', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await rig.on('--check', 'exit 2');
  t.equal(await rig.start().ended, 2);
  const calls = await rig.calls();
  t.match(calls, [/^\d+ --check$/]);
});

t.test('says which file is missing when there is no program beside it', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  await unlink(join(rig.dir, 'firecamp-initcontainer'));
  const waiter = rig.start({ args: ['--once'] });
  t.equal(await waiter.ended, 127);
  const line: unknown = JSON.parse(waiter.log());
  t.match(line, { level: 'error', msg: `cannot start ${rig.dir}/firecamp-initcontainer: No such file or directory` });
  t.match(line, { time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ });
});

t.test('checks the configuration first, and waits when it is valid', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start();
  await eventually('the check has run', async () => (await rig.calls()).length === 1);
  t.match(await rig.calls(), [/ --check$/]);
  t.equal(waiter.process.exitCode, null);
  t.match(await rig.waiterId(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

t.test('uses the default and says so when the interval is not a number of seconds', { buffered: true }, async (t) => {
  const rig = await makeWaiterRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env: { FIRECAMP_WATCH_INTERVAL: '-1' } });
  await eventually('the warning', async () => waiter.log().includes('FIRECAMP_WATCH_INTERVAL'));
  t.match(waiter.log(), 'using 3');
});
