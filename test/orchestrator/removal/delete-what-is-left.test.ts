import { test } from 'tap';
import type { MemberRecord, ServiceAttrRecord, StaticIpRecord } from '../../../common/domain/records.ts';
import type { RecordWrite } from '../../../common/ports/batch-record-store.ts';
import type { Clock } from '../../../common/ports/clock.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { memberAccess } from '../../../orchestrator/manifests/member-access.ts';
import { applyObjects } from '../../../orchestrator/objects/apply-objects.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { samples } from '../../contract/sample-records.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetSubnet, fleetVpc } from '../fleet-topology.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { claimAddress, holdAddress } from './claimed.ts';
import { everyObject, wholeAccount } from './everything.ts';

const { signal } = new AbortController();
const uuid = 'a'.repeat(32);
const [firstNode, secondNode] = ['eni-00000000000000001', 'eni-00000000000000002'];

interface Kept {
  readonly attr?: Partial<ServiceAttrRecord>;
  readonly members?: readonly Partial<MemberRecord>[];
  readonly addresses?: readonly Partial<StaticIpRecord>[];
}

/** The records of a service `myredis` as FireCamp keeps them: no namespace, no definition, no owner of an address. */
function firecampRecords({ attr = {}, members = [], addresses = [] }: Kept): RecordWrite[] {
  const common = { hostedZoneId: '', registerDns: false, domainName: 'demo-firecamp.com', configs: [] };
  const ours = { cluster: 'demo', serviceUuid: uuid };
  return [
    { op: 'create', kind: 'service', record: { ...samples.service, ...ours } },
    { op: 'create', kind: 'serviceAttr', record: { ...samples.serviceAttr, ...ours, ...common, ...attr } },
    { op: 'create', kind: 'device', record: { ...samples.device, cluster: 'demo' } },
    { op: 'create', kind: 'configFile', record: { ...samples.configFile, serviceUuid: uuid } },
    ...members.map((member, ordinal): RecordWrite => {
      const volumes = { ...samples.member.volumes, primaryVolumeId: '' };
      const named = { ...samples.member, serviceUuid: uuid, memberName: `myredis-${ordinal}`, volumes };
      return { op: 'create', kind: 'member', record: { ...named, ...member } };
    }),
    ...addresses.map((address): RecordWrite => {
      return { op: 'create', kind: 'staticIp', record: { ...samples.staticIp, serviceUuid: uuid, ...address } };
    }),
  ];
}

async function recordsOf(world: OrchestratorWorld): Promise<string[]> {
  return (await everyObject(world)).flatMap((line) => /^configmaps (firecamp-\S+)/.exec(line)?.[1] ?? []);
}

/** A clock for waits of minutes: its seconds pass in a moment. */
function hurried(factor: number): Clock {
  const { wall, monotonic, sleep } = systemClock;
  return { wall, monotonic: () => monotonic() * factor, sleep: (ms, options) => sleep(ms / factor, options) };
}

test('on an API server and a simulated account', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api: KubeApi = await apiOnly(t);
  const record = (name: string, type: string, value: string) => ({ name, type, ttl: 60, values: [value] });
  const zone = (id: string, name: string, records: ReturnType<typeof record>[]) => ({
    ...{ id, name, privateZone: true, vpcIds: [fleetVpc], records },
  });
  const hostedZones = [
    zone('ZPEOPLES', 'demo-firecamp.com', [
      record('myredis-0.demo-firecamp.com', 'A', '10.0.8.10'),
      record('myredis-1.demo-firecamp.com', 'A', '192.0.2.1'),
      record('myredis-2.demo-firecamp.com', 'A', '10.0.0.10'),
      record('myredis-2.demo-firecamp.com', 'TXT', '"note"'),
      record('other-0.demo-firecamp.com', 'A', '10.0.8.99'),
    ]),
  ];
  const world = await orchestratorWorld(t, api, { zones: ['us-east-1a'], parts: { hostedZones } });
  await addFleet(api, world.account);
  const { ports, cloud } = world;
  const { ec2 } = cloud;
  const remove = (options = {}) => deleteService(world.operation(), 'myredis', options);

  await t.test('finds nothing to do where there is no such service', async (t) => {
    const before = { account: wholeAccount(world), objects: await everyObject(world) };
    t.strictSame(await remove(), { changes: [] });
    t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, before);
  });

  await t.test('takes up a creation that ended after its first record, or its second', async (t) => {
    const [service, attr, device] = firecampRecords({ attr: { registerDns: true } });
    if (!service || !attr || !device) throw new Error('records are missing');
    await ports.store.writeAll([service, device], { signal });
    t.equal((await recordsOf(world)).length, 2);
    await remove();
    t.strictSame(await recordsOf(world), []);
    await ports.store.writeAll([service, attr], { signal });
    await remove();
    t.strictSame(await recordsOf(world), []);
  });

  await t.test(
    'deletes a FireCamp service: what is this cluster’s goes, what is a stranger’s stays and is told',
    async (t) => {
      const ips = ['10.0.8.10', '10.0.8.11', '', '10.0.8.13', '10.0.8.14', '10.0.8.15'];
      const attr = { hostedZoneId: 'ZPEOPLES', registerDns: true };
      const members = ips.map((staticIp) => ({ staticIp }));
      const named = ips.filter((ip) => ip !== '' && ip !== '10.0.8.14');
      const addresses = named.map((ip) => ({ ip, interfaceId: '', pastInterfaceIds: [] }));
      const others = { op: 'create', kind: 'staticIp', record: { ...samples.staticIp, ip: '10.0.8.14' } } as const;
      await ports.store.writeAll([...firecampRecords({ attr, members, addresses }), others], { signal });
      // Tagged as the cluster's, although no record names it; of one that no tag and no record names; a primary; another service's.
      holdAddress(world, '10.0.8.10', firstNode);
      const stranger = ec2.launchStranger(fleetSubnet(0), { wantIp: '10.0.9.1' });
      ec2.setAddresses(stranger, ['10.0.9.1', '10.0.8.11']);
      ec2.launchStranger(fleetSubnet(0), { wantIp: '10.0.8.13' });
      holdAddress(world, '10.0.8.14', firstNode);
      const { changes } = await remove();
      t.equal(ec2.holderOf('10.0.8.10'), undefined);
      t.equal(ec2.holderOf('10.0.8.11'), stranger.id);
      t.equal(ec2.holderOf('10.0.8.14'), firstNode);
      t.strictSame(await recordsOf(world), ['firecamp-staticip-10.0.8.14'], 'another service’s address record stays');
      const kept = changes
        .filter(({ action }) => action === 'keep')
        .map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
      t.match(kept.sort(), [
        /^DNS record myredis-1\.demo-firecamp\.com: it leads to 192\.0\.2\.1/,
        /^address 10\.0\.8\.11: .*held by interface eni-\w+ of instance i-\w+, which is not known to be cluster demo/,
        /^address 10\.0\.8\.13: .*is the primary address of/,
        /^hosted zone demo-firecamp\.com: it was not made for this cluster/,
      ]);
      const left = cloud.route53.records('ZPEOPLES').map(({ name, type }) => `${type} ${name}`);
      t.strictSame(
        left.filter((one) => !/^(SOA|NS) /.test(one)),
        ['A myredis-1.demo-firecamp.com.', 'TXT myredis-2.demo-firecamp.com.', 'A other-0.demo-firecamp.com.'],
      );
      const theirs = await ports.store.get('staticIp', { ip: '10.0.8.14' }, { signal });
      await ports.store.delete('staticIp', theirs, { signal });
    },
  );

  await t.test('takes an address off a node that EC2 shows late, and whose first answer is lost', async (t) => {
    const [ip, moved] = ['10.0.8.20', '10.0.8.21'];
    const addresses = [ip, moved].map((one) => ({ ip: one, interfaceId: firstNode }));
    const members = addresses.map(({ ip: staticIp }) => ({ staticIp }));
    await ports.store.writeAll(firecampRecords({ members, addresses }), { signal });
    await claimAddress(world, ip, firstNode, 'claiming');
    // What was in flight has left the other one where the record does not say.
    await claimAddress(world, moved, firstNode, 'released');
    holdAddress(world, moved, secondNode);
    const late = cloud.faults.add({ operation: 'UnassignPrivateIpAddresses', times: 1 }, { kind: 'lose-reply' });
    ec2.visibilityDelayMs = 1_000;
    const start = Date.now();
    const seen: unknown[] = [];
    const { heldAddresses } = ports;
    const watched: typeof heldAddresses = {
      holders: (ips, vpcId, options) => heldAddresses.holders(ips, vpcId, options),
      interfaces: (vpcId, options) => heldAddresses.interfaces(vpcId, options),
      unassign: async (from, ips, options) => {
        for (const one of ips) seen.push((await ports.store.get('staticIp', { ip: one }, { signal })).record.owner);
        return await heldAddresses.unassign(from, ips, options);
      },
    };
    const operation = world.operation({ ports: { ...ports, heldAddresses: watched } });
    const { changes } = await deleteService(operation, 'myredis');
    t.match(seen.slice(0, 2), [
      { epoch: 8, state: 'releasing' },
      { epoch: 8, state: 'releasing' },
    ]);
    ec2.visibilityDelayMs = 0;
    t.equal(late.hits, 1);
    t.ok(Date.now() - start >= 5_000, 'what may still be on its way is given a request’s time');
    t.strictSame(
      changes.filter(({ kind }) => kind === 'address').map(({ action }) => action),
      ['delete', 'delete'],
    );
    t.strictSame([ec2.holderOf(ip), ec2.holderOf(moved)], [undefined, undefined]);
    t.strictSame(await recordsOf(world), []);
  });

  await t.test(
    'keeps volumes unless asked, waits for their detachment, and leaves those of another service',
    async (t) => {
      const make = (tags: Record<string, string>) => {
        const wish = { zone: 'us-east-1a', sizeGb: 1, volumeType: 'gp3', iops: undefined, throughput: undefined };
        const clientToken = `token-${JSON.stringify(tags).length}-${Math.random()}`;
        return ports.volumes.create({ ...wish, encrypted: false, kmsKeyId: undefined, tags, clientToken }, { signal });
      };
      const named = await make({});
      const tagged = await make({ 'firecamp-cluster': 'demo', 'firecamp-service-uuid': uuid });
      const theirs = await make({ 'firecamp-cluster': 'demo', 'firecamp-service-uuid': 'b'.repeat(32) });
      // Of an earlier service of this name, or of another: nobody is told of it here.
      const strangers = await make({ 'firecamp-cluster': 'demo', 'firecamp-service-uuid': 'c'.repeat(32) });
      const journal = { ...samples.member.volumes, primaryVolumeId: named.id, journalVolumeId: theirs.id };
      const records = firecampRecords({ members: [{ staticIp: '', volumes: journal }] });
      await ports.store.writeAll(records, { signal });
      const first = await remove();
      t.strictSame(
        first.changes
          .filter(({ kind, action }) => kind === 'volume' && action === 'keep')
          .map(({ name }) => name)
          .sort(),
        [named.id, tagged.id, theirs.id].sort(),
      );
      t.equal(ec2.volumes.size, 4);
      ec2.volumes.delete(strangers.id);

      await ports.store.writeAll(records, { signal });
      const attached = ec2.volumes.get(named.id);
      if (attached) attached.attachedTo = 'i-00000000000000001';
      const impatient = world.operation({ ports: { ...ports, clock: hurried(200) } });
      const error = await rejectionOf(deleteService(impatient, 'myredis', { deleteVolumes: true }));
      t.match(error, { code: 'FC-VOL-001', message: new RegExp(`${named.id} \\(attached to i-00000000000000001\\)`) });
      t.strictSame([...ec2.volumes.keys()].sort(), [named.id, theirs.id].sort());
      t.ok((await recordsOf(world)).length > 0, 'what is left to do is still known');

      if (attached) attached.attachedTo = undefined;
      const { changes } = await remove({ deleteVolumes: true });
      t.strictSame([...ec2.volumes.keys()], [theirs.id]);
      t.match(
        changes.find(({ name }) => name === theirs.id),
        { action: 'keep', detail: /tagged as the service b+/ },
      );
      t.strictSame(await recordsOf(world), []);
    },
  );

  await t.test(
    'changes nothing while its members are run by something that is not ours, or in another namespace',
    async (t) => {
      await ports.store.writeAll(firecampRecords({ members: [{ staticIp: '' }] }), { signal });
      const sets = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets`;
      const labels = { 'firecamp-servicename': 'myredis' };
      const pod = { metadata: { labels }, spec: { containers: [{ name: 'redis', image: 'redis:7' }] } };
      const spec = { serviceName: 'myredis', selector: { matchLabels: labels }, template: pod };
      await api.admin('POST', sets, { metadata: { name: 'myredis', labels }, spec });
      const before = await everyObject(world);
      t.match(await rejectionOf(remove()), { code: 'FC-K8S-005', message: /StatefulSet myredis .*is not firecamp’s/ });
      const attr = await ports.store.get('serviceAttr', { serviceUuid: uuid }, { signal });
      t.not(attr.record.status, 'DELETING', 'not even the mark is made');
      await api.admin('DELETE', `${sets}/myredis`);
      const elsewhere = await api.newNamespace();
      const foreign = {
        metadata: { name: 'myredis-0', labels: { ...labels, 'firecamp-serviceuuid': uuid } },
        spec: pod.spec,
      };
      await api.admin('POST', `/api/v1/namespaces/${elsewhere}/pods`, foreign);
      t.match(await rejectionOf(remove()), { code: 'FC-REC-008', message: new RegExp(`in namespace ${elsewhere}`) });
      t.strictSame((await everyObject(world)).length, before.length - 1);
      await api.admin('DELETE', `/api/v1/namespaces/${elsewhere}/pods/myredis-0?gracePeriodSeconds=0`);
    },
  );

  await t.test(
    'says which pod holds up the deletion, with the service marked, and goes on once it is gone',
    async (t) => {
      const pods = `/api/v1/namespaces/${world.namespace}/pods`;
      const metadata = { name: 'myredis-0', labels: { 'firecamp-servicename': 'myredis' } };
      const container = { name: 'redis', image: 'redis:7' };
      await api.admin('POST', pods, { metadata, spec: { nodeName: 'node-1', containers: [container] } });
      const impatient = world.operation({ ports: { ...ports, clock: hurried(300) } });
      const error = await rejectionOf(deleteService(impatient, 'myredis'));
      t.match(error, { code: 'FC-CLM-006', message: /myredis-0 on node-1 \(not being deleted\)/ });
      const attr = await ports.store.get('serviceAttr', { serviceUuid: uuid }, { signal });
      t.equal(attr.record.status, 'DELETING');
      await api.admin('DELETE', `${pods}/myredis-0?gracePeriodSeconds=0`);
      await remove();
      t.strictSame(await recordsOf(world), []);
    },
  );

  await t.test('leaves what other services use: the shared account, and the hosted zone', async (t) => {
    const access = memberAccess({ namespace: world.namespace, dbType: 'k8sdb' });
    await applyObjects(world.operation(), access, { service: 'myredis', serviceUuid: uuid });
    const shared = () =>
      everyObject(world).then((all) => all.filter((line) => line.includes('firecamp-') && !/^configmaps/.test(line)));
    const system = (await api.admin('GET', '/api/v1/namespaces/kube-system')) as {
      readonly metadata: { readonly uid: string };
    };
    const ours = { 'firecamp-cluster': 'demo', 'firecamp-cluster-uid': system.metadata.uid };
    const made = { name: 'ours.example', vpcId: fleetVpc, callerReference: 'made', comment: '', tags: ours };
    const { id } = await ports.zones.create(made, { signal });
    const attr = { hostedZoneId: id, domainName: 'ours.example', registerDns: true };
    await ports.store.writeAll(firecampRecords({ attr }), { signal });
    const another = { ...samples.service, cluster: 'demo', serviceName: 'other' };
    await ports.store.create('service', another, { signal });
    const device = { ...samples.device, cluster: 'demo', deviceName: '/dev/xvdz', serviceName: 'other' };
    await ports.store.create('device', device, { signal });
    const its = { ...samples.serviceAttr, cluster: 'demo', serviceName: 'other', ...attr, hostedZoneId: '' };
    await ports.store.create('serviceAttr', its, { signal });
    const { changes } = await remove();
    t.match(
      changes.find(({ kind }) => kind === 'hosted zone'),
      { action: 'keep', detail: /names of other/ },
    );
    t.ok(cloud.route53.zone(id));
    t.equal((await shared()).length, 3);
    t.match(await ports.store.get('device', { deviceName: '/dev/xvdz' }, { signal }), { record: device });

    // Its own attributes name no zone, as when its creation was cut off; this one it has not made, and so it is not looked for.
    await deleteService(world.operation(), 'other');
    t.strictSame(await shared(), [], 'the last service of the namespace takes it away');
    await ports.store.writeAll(firecampRecords({ attr }), { signal });
    await remove();
    t.equal(cloud.route53.zone(id), undefined);
    t.strictSame(await recordsOf(world), []);
  });

  await t.test('deletes nothing of a service whose members say that its records are elsewhere', async (t) => {
    const service = redisIn(world.settings, { name: 'elsewhere', replicas: 1, zones: ['us-east-1a'] });
    await createService(world.operation(), service);
    const before = await everyObject(world);
    const mistaken = await orchestratorWorld(t, api, { cluster: 'other', namespace: world.namespace });
    await t.rejects(deleteService(mistaken.operation(), 'elsewhere', { deleteVolumes: true }), {
      code: 'FC-REC-008',
      message: /have their records in k8sdb of cluster demo, .* of cluster other, where there are none/,
    });
    t.strictSame(await everyObject(world), before);
  });
});
