import { test } from 'tap';
import type { RecordWrite } from '../../../common/ports/batch-record-store.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { samples } from '../../contract/sample-records.ts';
import { type BadDay, kubeFront } from '../kube-front.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { claimAddress } from './claimed.ts';
import { everyObject, wholeAccount } from './everything.ts';

const { signal } = new AbortController();
const serviceUuid = 'a'.repeat(32);
const ips = ['10.0.8.10', '10.0.8.11', '10.0.8.12'];

test('deletes a service although the API server and AWS fail, throttle and lose answers', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await apiOnly(t);
  let bad = false;
  let nth = 0;
  const days: readonly BadDay[] = [{ status: 500 }, { status: 429, retryAfter: 0 }, 'lose the answer', undefined];
  // Each request has its bad day the first time that it comes.
  const front = await kubeFront(t, api, ({ count }) => (bad && count === 1 ? days[nth++ % days.length] : undefined));
  const world = await orchestratorWorld(t, front.api, { zones: ['us-east-1a'] });
  await addFleet(api, world.account);
  const { ports, cloud, settings } = world;
  const before = { account: wholeAccount(world), objects: await everyObject(world) };
  const { cluster, namespace } = settings;
  const attr = { ...samples.serviceAttr, cluster, serviceUuid, namespace, registerDns: false, hostedZoneId: '' };
  await ports.store.writeAll(
    [
      { op: 'create', kind: 'service', record: { ...samples.service, cluster, serviceUuid } },
      { op: 'create', kind: 'serviceAttr', record: { ...attr, configs: [] } },
      { op: 'create', kind: 'device', record: { ...samples.device, cluster } },
      ...ips.map((ip, ordinal): RecordWrite => {
        const memberName = `myredis-${ordinal}`;
        return { op: 'create', kind: 'member', record: { ...samples.member, serviceUuid, memberName, staticIp: ip } };
      }),
      ...ips.map((ip): RecordWrite => {
        return { op: 'create', kind: 'staticIp', record: { ...samples.staticIp, serviceUuid, ip } };
      }),
    ],
    { signal },
  );
  for (const ip of ips) await claimAddress(world, ip, 'eni-00000000000000001');
  bad = true;
  front.requests.length = 0;
  for (const operation of ['UnassignPrivateIpAddresses', 'DescribeNetworkInterfaces', 'DescribeVolumes']) {
    cloud.faults.add({ operation, times: 1 }, { kind: 'throttle' });
  }
  await deleteService(world.operation(), 'myredis', { deleteVolumes: true });
  bad = false;
  t.ok(nth > 20, `${nth} requests had a bad day`);
  t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, before);
});
