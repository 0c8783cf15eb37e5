import { applyService } from '../../orchestrator/change/apply-service.ts';
import { readServiceFile } from '../../orchestrator/definition/read-service-file.ts';
import { stopService } from '../../orchestrator/presence/stop-service.ts';
import { deleteService } from '../../orchestrator/removal/delete-service.ts';
import { beginEndToEnd } from './harness/begin.ts';
import type { FirecampService } from './harness/firecamp-records.ts';
import type { DbType, OrchestratedWorld } from './harness/orchestrated-world.ts';

const begun = await beginEndToEnd('a service of FireCamp, taken over');
const rig = begun && (await import('../../scripts/rig/requirements.ts'));
const { signal } = new AbortController();
const zoneId = 'Z0000000000FIRECAMP1';

if (begun && (await rig?.needs(begun.t, 'kube-cluster'))) {
  const { t } = begun;
  const { startOrchestratedWorld } = await import('./harness/orchestrated-world.ts');
  const { openServiceLife } = await import('./harness/service-life.ts');
  const { firecampRecords, storeFirecampRecords, futureFields } = await import('./harness/firecamp-records.ts');
  // FireCamp knew of no reservations.
  const zone = { id: zoneId, name: 'e2e-firecamp.com', privateZone: true, vpcIds: ['vpc-00000000000000001'] };
  const all = await startOrchestratedWorld({ reservations: [], hostedZones: [zone] });
  t.teardown(() => all[Symbol.asyncDispose]());
  const { world } = all;
  const client = await world.fabric.addClient('outside');

  for (const dbType of ['clouddb', 'k8sdb'] as const) {
    await t.test(`a service of FireCamp with records in ${dbType} is taken over with all that it has`, async (t) => {
      const life = openServiceLife(all, dbType, 'old', client.name);
      t.teardown(() => life.end());
      const { namespace, cloud, settings } = life.orchestrator;
      const empty = await life.listing();
      const service = await firecampService(all, dbType);
      const ips = service.members.map(({ ip }) => ip);
      await storeFirecampRecords(world, dbType, namespace, firecampRecords(service));
      const future = () => futureFields(world, dbType, namespace);
      const before = await future();
      t.equal(before.length, 23);
      const found = await life.status();
      t.match(found, { uuid: service.uuid, recordStatus: 'ACTIVE', running: 0, unread: [] });

      const definition = readServiceFile(serviceFile(settings), { file: 'old.yaml', release: '1.0.0' });
      const { changes } = await applyService(life.operation(), definition);
      const made = changes.filter(({ kind }) => ['volume', 'address', 'DNS record', 'member record'].includes(kind));
      t.strictSame(made, [], 'nothing that members have is made a second time');
      const { members } = await life.healthy(2);
      t.match(members, [
        { staticIp: ips[0], agrees: 'True', record: { value: { state: 'owned', epoch: 1 } } },
        { staticIp: ips[1], agrees: 'True', record: { value: { state: 'owned', epoch: 1 } } },
      ]);
      await life.reached(ips);
      t.strictSame(await future(), before, 'what nobody knows is still in every record');
      const again = await applyService(life.operation(), definition);
      t.strictSame(
        again.changes.filter(({ action }) => action !== 'keep'),
        [],
      );

      await stopService(life.operation(), 'old');
      const stopped = await life.status();
      for (const { name, record, holder, agrees } of stopped.members) {
        t.match(record, { value: { state: 'released' } }, name);
        t.match(holder, { value: { interfaceId: String } }, `${name} keeps its address in EC2`);
        t.equal(agrees, 'True', name);
      }
      t.strictSame(await future(), before);
      t.strictSame(life.kubelets.complaints(), []);

      await deleteService(life.operation(), 'old');
      const after = await life.listing();
      t.strictSame(after.objects, empty.objects);
      t.strictSame(after.items, empty.items);
      for (const { ip, volumeId } of service.members) {
        t.equal(cloud.ec2.holderOf(ip), undefined);
        t.ok(cloud.ec2.volumes.get(volumeId), 'no volume is deleted unasked');
      }
      t.equal(world.cloud.route53.records(zoneId).length, 2, 'FireCamp’s zone stays, with SOA and NS');
    });
  }
}

/** A service that FireCamp runs: its volumes, addresses and names are in the account. */
async function firecampService(
  { world: { cloud }, orchestrators }: OrchestratedWorld,
  dbType: DbType,
): Promise<FirecampService> {
  const last = dbType === 'clouddb' ? 100 : 110;
  const places = [
    { zone: 'us-east-1a', ip: `10.0.1.${last}`, instanceId: 'i-00000000000000001' },
    { zone: 'us-east-1b', ip: `10.0.2.${last}`, instanceId: 'i-00000000000000003' },
  ];
  const shared = `members ${places.map(({ ip }) => ip).join(',')}\n`;
  const members = [];
  for (const [ordinal, place] of places.entries()) {
    const [eni] = cloud.ec2.interfacesOf(place.instanceId);
    if (eni === undefined) throw new Error(`no interface of ${place.instanceId}`);
    cloud.ec2.setAddresses(eni, [...eni.addresses, place.ip]);
    const record = { name: `old-${ordinal}.e2e-firecamp.com.`, type: 'A', ttl: 5, values: [place.ip] };
    cloud.route53.change(zoneId, [{ action: 'CREATE', record }]);
    const { id: volumeId } = await orchestrators[dbType].ports.volumes.create(
      {
        ...{ zone: place.zone, sizeGb: 20, volumeType: 'gp2', encrypted: false, clientToken: `${dbType}-${ordinal}` },
        ...{ iops: undefined, throughput: undefined, kmsKeyId: undefined, tags: { Name: `e2e-old-${ordinal}` } },
      },
      { signal },
    );
    const configs = { 'member.conf': `bind ${place.ip}\nport 6379\n` };
    members.push({ ...place, interfaceId: eni.id, volumeId, configs });
  }
  const uuid = (dbType === 'clouddb' ? 'c' : 'd').repeat(32);
  const zone = { domain: 'e2e-firecamp.com', hostedZoneId: `/hostedzone/${zoneId}` };
  return { name: 'old', uuid, ...zone, configs: { 'shared.conf': shared }, members };
}

/** What the records say, and what they do not. */
function serviceFile({ namespace, dbType }: { readonly namespace: string; readonly dbType: string }): string {
  return `cluster: e2e
namespace: ${namespace}
dbType: ${dbType}
name: old
replicas: 2
zones: [us-east-1a, us-east-1b]
image: localhost/none
staticIp: true
detachPolicy: keep
ports:
  - name: main
    containerPort: 6379
resources:
  reserveCpuUnits: 256
  reserveMemMb: 256
dataVolume:
  volumeType: gp2
  sizeGb: 20
  encrypted: false
configFiles:
  - name: member.conf
    content: |
      bind {{member.staticIp}}
      port {{port.main}}
  - name: shared.conf
    content: |
      members {{members.staticIps}}
`;
}
