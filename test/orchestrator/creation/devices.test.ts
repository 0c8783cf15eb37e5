import { test } from 'tap';
import { deviceNames, takeDevices } from '../../../orchestrator/creation/devices.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';

const signal = new AbortController().signal;

async function give({ ports }: OrchestratorWorld, names: readonly string[], serviceName: string) {
  const records = names.map((deviceName) => ({ cluster: 'demo', deviceName, serviceName }));
  const writes = records.map((record) => ({ op: 'create', kind: 'device', record }) as const);
  await ports.store.writeAll(writes, { signal });
}

async function free({ ports }: OrchestratorWorld, name: string) {
  const devices = await ports.store.list('device', {}, { signal });
  const freed = devices.filter(({ record }) => record.deviceName === name);
  const writes = freed.map((current) => ({ op: 'delete', kind: 'device', current }) as const);
  await ports.store.writeAll(writes, { signal });
}

test("gives device names past FireCamp's 21, keeps what a service has, and says when there are none", async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const world = await orchestratorWorld(t, await apiOnly(t));
  const others = Array.from('ghijklmnopqrstuvwxyz', (letter) => `/dev/xvd${letter}`);
  await give(world, others, 'kafka');
  t.strictSame(await takeDevices(world.operation(), 'redis', 2), ['/dev/xvdf', '/dev/xvdba']);
  t.strictSame(await takeDevices(world.operation(), 'consul', 1), ['/dev/xvdbb']);

  await free(world, '/dev/xvdf');
  t.strictSame(await takeDevices(world.operation(), 'consul', 1), ['/dev/xvdbb'], 'not one that came free before it');

  await give(world, deviceNames, 'zookeeper');
  await t.rejects(takeDevices(world.operation(), 'late', 1), {
    code: 'FC-DEV-001',
    message:
      /^All 69 device names of cluster demo, \/dev\/xvdf to \/dev\/xvdcx, .*: consul, kafka, redis, zookeeper\.$/,
  });
});
