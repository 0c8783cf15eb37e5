import { test } from 'tap';
import type { RecordWrite } from '../../../common/ports/batch-record-store.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { dynamoDbAt } from '../../common/store/clouddb/dynamodb-at.ts';
import { dynamoDbFront } from '../../common/store/clouddb/dynamodb-front.ts';
import { claimed, samples } from '../../contract/sample-records.ts';
import { fleetVpc } from '../fleet-topology.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { holdAddress } from './claimed.ts';
import { wholeAccount } from './everything.ts';

const { signal } = new AbortController();
const serviceUuid = 'a'.repeat(32);
/** A m5.large has nine addresses beside its own. */
const [members, perNode] = [130, 9];

function countsOf(names: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, all]) => [name, all.length]));
}

test('asks AWS no member by member when it deletes a service with records in DynamoDB', async (t) => {
  if (!(await needs(t, 'kube-apiserver', 'dynamodb-local'))) return;
  const [api, local] = [await apiOnly(t), await startDynamoDbLocal()];
  t.teardown(() => local.stop());
  await dynamoDbAt(t, local.url).emptyTable('demo');
  const front = await dynamoDbFront(t, local.url);
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = front.url;
  const nodesPerZone = Math.ceil(members / perNode);
  const ordinals = Array.from({ length: members }, (_none, ordinal) => ordinal);
  const ipOf = (ordinal: number) => `10.0.9.${ordinal}`;
  const names = ordinals.map((ordinal) => {
    return { name: `myredis-${ordinal}.demo-firecamp.com`, type: 'A', ttl: 5, values: [ipOf(ordinal)] };
  });
  const zone = { id: 'ZDEMO', name: 'demo-firecamp.com', privateZone: true, vpcIds: [fleetVpc] };
  const fleet = { dbType: 'clouddb', zones: ['us-east-1a'], nodesPerZone } as const;
  const world = await orchestratorWorld(t, api, { ...fleet, parts: { hostedZones: [{ ...zone, records: names }] } });
  await addFleet(api, world.account);
  const { ports, cloud, settings } = world;
  const { cluster, namespace } = settings;
  const attr = {
    ...samples.serviceAttr,
    cluster,
    serviceUuid,
    namespace,
    hostedZoneId: 'ZDEMO',
    domainName: zone.name,
  };
  const interfaces = cloud.ec2.interfaces().map(({ id }) => id);
  const before = wholeAccount(world);
  const records = ordinals.flatMap((ordinal): RecordWrite[] => {
    const [staticIp, memberName] = [ipOf(ordinal), `myredis-${ordinal}`];
    const interfaceId = interfaces[Math.floor(ordinal / perNode)] ?? '';
    holdAddress(world, staticIp, interfaceId);
    const volumes = { ...samples.member.volumes, primaryVolumeId: '' };
    return [
      { op: 'create', kind: 'member', record: { ...samples.member, serviceUuid, memberName, staticIp, volumes } },
      { op: 'create', kind: 'staticIp', record: { ...claimed, serviceUuid, ip: staticIp, interfaceId } },
      { op: 'create', kind: 'configFile', record: { ...samples.configFile, serviceUuid, fileId: `${memberName}-0` } },
    ];
  });
  await ports.store.writeAll([{ op: 'create', kind: 'serviceAttr', record: attr }, ...records], { signal });
  await ports.store.create('service', { ...samples.service, cluster, serviceUuid }, { signal });

  const first = cloud.calls.all().length;
  front.calls.length = 0;
  const { changes } = await deleteService(world.operation(), 'myredis', { deleteVolumes: true });

  t.equal(changes.filter(({ kind, action }) => kind === 'address' && action === 'delete').length, members);
  const aws = countsOf(
    cloud.calls
      .all()
      .slice(first)
      .map(({ operation }) => operation),
  );
  t.match(aws, {
    UnassignPrivateIpAddresses: nodesPerZone,
    DescribeNetworkInterfaces: 2,
    ChangeResourceRecordSets: 1,
    DescribeInstances: 1,
    DescribeVolumes: 1,
  });
  t.notOk('ListResourceRecordSets' in aws);
  const dynamo = countsOf(front.calls.map(({ action }) => action));
  t.equal(dynamo['BatchGetItem'], 4, 'at first, and before addresses are taken off');
  // DELETING; take-over and deletion of the addresses; files and members; attributes; service.
  t.equal(dynamo['TransactWriteItems'], 1 + 2 + 2 + 3 + 1 + 1);
  t.ok(
    (dynamo['GetItem'] ?? 0) + (dynamo['Query'] ?? 0) <= 16,
    `${dynamo['GetItem']} and ${dynamo['Query']} other reads`,
  );
  t.strictSame(await ports.store.list('member', { serviceUuid }, { signal }), []);
  t.match(wholeAccount(world), { interfaces: (before as { interfaces: unknown }).interfaces });
  t.equal(cloud.route53.records('ZDEMO').length, 2, 'SOA and NS');
});
