import { readFile, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { ensureBuilt } from '../../../scripts/build/ensure-built.ts';
import { eventually, makeWaiterRig, type WaiterRig } from './waiter-rig.ts';

// A build may come first.
t.setTimeout(120_000);

const podUid = '01234567-89ab-4cde-8f01-23456789abcd';

/** A valid configuration, of services that nobody answers for. */
const env = {
  CLUSTER: 'c1',
  SERVICE_NAME: 'redis',
  POD_NAME: 'redis-0',
  K8S_NAMESPACE: 'default',
  DB_TYPE: 'clouddb',
  POD_UID: podUid,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 's',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1',
  KUBERNETES_SERVICE_HOST: '127.0.0.1',
  KUBERNETES_SERVICE_PORT: '1',
  FIRECAMP_RELEASE_TIMEOUT: '1',
};

/** A rig whose program is the one that was built. */
async function realRig(): Promise<WaiterRig> {
  const { initcontainer } = await ensureBuilt();
  const rig = await makeWaiterRig();
  await unlink(join(rig.dir, 'firecamp-initcontainer'));
  await symlink(initcontainer, join(rig.dir, 'firecamp-initcontainer'));
  return rig;
}

/** The command line of the guard that the waiter runs, once there is one. */
function guardCommand(waiterPid: number): Promise<string> {
  return eventually('a guard', async () => {
    const pid = (await readFile(`/proc/${waiterPid}/task/${waiterPid}/children`, 'utf8')).trim();
    const command = pid === '' ? '' : await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.includes('--guard') && command.replaceAll('\0', ' ');
  });
}

t.test('ends at once, with the program’s findings, when the configuration is not valid', async (t) => {
  const rig = await realRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env: { ...env, DB_TYPE: 'memory' } });
  t.equal(await waiter.ended, 2);
  t.match(waiter.log(), 'DB_TYPE');
});

t.test('passes the program only arguments that it takes, for the guard and for the release', async (t) => {
  const rig = await realRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env });
  await rig.writeClaim({ epoch: Number.MAX_SAFE_INTEGER, waiter: await rig.waiterId(), podUid });
  t.match(await guardCommand(waiter.pid), '--guard --claim-epoch=9007199254740991');
  // Nobody answers the guard, so it goes on trying; for arguments that it does not know it would end with 2 in a moment.
  await sleep(1_500);
  t.notMatch(waiter.log(), /the guard of .* ended/);
  waiter.process.kill('SIGTERM');
  t.equal(await waiter.ended, 3);
  t.match(waiter.log(), /Whether the pod is over could not be told/);
  t.notMatch(waiter.log(), /InvalidConfiguration/);
});

t.test('is the stop program in test mode, and ends well with a valid configuration', async (t) => {
  const rig = await realRig();
  t.teardown(() => rig.close());
  const waiter = rig.start({ env: { ...env, TESTMODE: 'true' } });
  t.equal(await waiter.ended, 0);
  t.match(waiter.stdout(), /claimEpoch|once/);
});
