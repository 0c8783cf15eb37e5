import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { findService, getService } from '../../../orchestrator/records/service-view.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { everyObject, wholeAccount } from '../removal/everything.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { redisIn } from './sample-definition.ts';

const signal = new AbortController().signal;

test('creates only what a service of its kind needs', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(300_000);
  const api = await apiOnly(t);
  const world = await orchestratorWorld(t, api);
  await addFleet(api, world.account);
  const { ports, settings } = world;
  const plain = { dataVolume: undefined, journalVolume: undefined, configFiles: [], staticIp: false } as const;

  await t.test('members that have names only: a zone, and their claims make the records', async (t) => {
    const content = '{{#peers}}\n{{each.number}} {{each.dnsName}}\n{{/peers}}\n';
    const configFiles = [{ name: 'peers', mode: 0o600, content }];
    await createService(world.operation(), redisIn(settings, { ...plain, name: 'names', configFiles }));
    const { attr, members, service } = await getService(world.operation(), 'names');
    t.match(attr?.record, { registerDns: true, requireStaticIp: false, volumes: { primaryDeviceName: '' } });
    const records: string[] = [];
    for await (const page of ports.zones.records(attr?.record.hostedZoneId ?? '', { signal })) {
      records.push(...page.map(({ type }) => type));
    }
    t.strictSame(records.sort(), ['NS', 'SOA']);
    const fileId = members.get(1)?.record.configs[0]?.fileId ?? '';
    const { serviceUuid } = service.record;
    const { record } = await ports.store.get('configFile', { serviceUuid, fileId }, { signal });
    t.equal(record.content, '1 names-0.demo-firecamp.com\n3 names-2.demo-firecamp.com\n');
    const lists = world.cloud.calls.all().filter((call) => call.operation === 'DescribeSubnetCidrReservations');
    t.ok(lists.length <= 3, 'no address is looked for');
  });

  await t.test('members with neither: records alone', async (t) => {
    const before = wholeAccount(world);
    await createService(world.operation(), redisIn(settings, { ...plain, name: 'bare', registerDns: false }));
    t.strictSame(wholeAccount(world), before);
    const { attr, members } = await getService(world.operation(), 'bare');
    t.match(attr?.record, { status: 'ACTIVE', hostedZoneId: '' });
    t.equal(members.size, 3);
  });

  await t.test('a stateless service: its attributes and objects, and it scales', async (t) => {
    const front = redisIn(settings, { ...plain, name: 'front', type: 'stateless', registerDns: false });
    await createService(world.operation(), front);
    await scaleService(world.operation(), 'front', 5);
    const { attr, members } = await getService(world.operation(), 'front');
    t.match(attr?.record, { serviceType: 'stateless', replicas: 5, status: 'ACTIVE' });
    t.equal(members.size, 0);
    const path = `/apis/apps/v1/namespaces/${world.namespace}/deployments/front`;
    t.match(await api.admin('GET', path), { spec: { replicas: 5 } });
  });

  await t.test('pods with TESTMODE: nothing but objects, without a word to AWS or the records', async (t) => {
    const before = { account: wholeAccount(world), calls: world.cloud.calls.all().length };
    const tried = redisIn(settings, { name: 'tried', testMode: true });
    await createService(world.operation(), tried);
    t.strictSame({ account: wholeAccount(world), calls: world.cloud.calls.all().length }, before);
    t.equal(await findService(world.operation(), 'tried'), undefined);
    t.ok((await everyObject(world)).some((line) => line.startsWith('statefulsets tried ')));
    await createService(world.operation(), tried);
  });
});
