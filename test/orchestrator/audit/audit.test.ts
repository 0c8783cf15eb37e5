import t, { type Test } from 'tap';
import { audit } from '../../../orchestrator/audit/audit.ts';
import { listServices } from '../../../orchestrator/status/list-services.ts';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { dynamoDbAt } from '../../common/store/clouddb/dynamodb-at.ts';
import { allow, portsAs } from '../status/claimed-service.ts';
import { uuid } from '../status/seen.ts';
import { apiOnly, type OrchestratorWorld } from '../world.ts';
import { auditedWorld, memberAt, moveAddress } from './audited-world.ts';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await t.test('an audit', async (test) => await inProcess(test, kube));
  await t.test('an audit of records in DynamoDB', async (test) => await inDynamoDb(test, kube));
}

/** Nodes, and the namespace whose UID is the cluster’s. */
async function allowOnCluster({ kube, namespace }: OrchestratorWorld, name: string): Promise<void> {
  const base = '/apis/rbac.authorization.k8s.io/v1';
  const rules = [
    { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
  ];
  await kube.admin('POST', `${base}/clusterroles`, { metadata: { name }, rules });
  await kube.admin('POST', `${base}/clusterrolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
}

async function inProcess(t: Test, kube: KubeApi): Promise<void> {
  await t.test('reads 300 members with a handful of calls to EC2 and Route 53', async (t) => {
    const { world } = await auditedWorld(t, kube, 300);
    t.match(await audit([world.operation()]), { members: 300, agreed: 300, findings: [] });
    const calls = (action: RegExp) => world.cloud.calls.all(({ operation }) => action.test(operation)).length;
    t.equal(calls(/DescribeNetworkInterfaces/), 2, 'the nodes’ own, and all of the VPC');
    t.equal(calls(/ListResourceRecordSets/), 2, 'pages of 300 records, the zone has 302');
    t.comment(`${world.cloud.calls.all(() => true).length} calls to AWS`);
  });

  await t.test('needs no more rights than its page names', async (t) => {
    const Action = [
      'ec2:DescribeInstances',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:GetSubnetCidrReservations',
      'route53:ListResourceRecordSets',
    ];
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } as const;
    const parts = { principals: [{ ...defaultPrincipal, arn: 'arn:aws:iam::111122223333:user/auditor', policy }] };
    const { world, members } = await auditedWorld(t, kube, 3, { parts });
    const token = await allow(world, 'auditor', {
      apiGroups: ['', 'apps'],
      resources: ['pods', 'events', 'statefulsets', 'deployments', 'configmaps'],
    });
    await allowOnCluster(world, 'auditor');
    const operation = world.operation({ ports: portsAs(t, world, token) });
    moveAddress(world, '10.0.8.100', memberAt(members, 0).instanceId);
    t.match(await audit([operation]), { agreed: 3, findings: [{ code: 'FC-AUD-018' }] });
  });

  await t.test('is silent about what is over at its second look', async (t) => {
    const { world, members } = await auditedWorld(t, kube, 3);
    const { ip, instanceId } = memberAt(members, 0);
    moveAddress(world, ip, memberAt(members, 1).instanceId);
    const { clock } = world.ports;
    let looks = 1;
    const between: typeof clock = {
      wall: () => clock.wall(),
      monotonic: () => clock.monotonic(),
      async sleep(ms, options) {
        if (ms !== 2_000) return await clock.sleep(ms, options);
        looks += 1;
        moveAddress(world, ip, instanceId);
      },
    };
    const report = await audit([world.operation({ ports: { ...world.ports, clock: between } })]);
    t.match({ ...report, looks }, { findings: [], agreed: 3, looks: 2 });
  });
}

async function inDynamoDb(t: Test, kube: KubeApi): Promise<void> {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const database = await startDynamoDbLocal();
  t.teardown(() => database.stop());
  await dynamoDbAt(t, database.url).emptyTable('demo');
  const { world } = await auditedWorld(t, kube, 3, { dbType: 'clouddb' });
  const { settings, namespace, ports } = world;
  const elsewhere = await kube.newNamespace();
  const operations = [world.operation({ settings: { ...settings, namespace: elsewhere } }), world.operation()];
  const reading = { signal: new AbortController().signal };

  await t.test('tells a service whose records name no namespace where it runs, and there alone', async (t) => {
    const attr = await ports.store.get('serviceAttr', { serviceUuid: uuid }, reading);
    await ports.store.update('serviceAttr', attr, { ...attr.record, namespace: undefined }, reading);
    t.match(await audit(operations), { services: 1, members: 3, agreed: 3, findings: [] });
    for (const operation of operations) {
      const all = await listServices(operation, { allNamespaces: true });
      const ours = all.filter((one) => one.namespace === namespace || one.namespace === elsewhere);
      t.match(ours, [{ name: 'redis', namespace, recordStatus: 'ACTIVE', desired: 3 }]);
      t.equal(ours.length, 1);
    }
    await kube.admin('DELETE', `/apis/apps/v1/namespaces/${namespace}/statefulsets/redis`);
    const { services, findings } = await audit(operations);
    t.equal(services, 1, 'its pods are enough');
    t.match(findings[0], { code: 'FC-AUD-015', namespace });
  });

  await t.test('tells a service that was never made in full once', async (t) => {
    const half = { cluster: settings.cluster, serviceName: 'half', serviceUuid: 'b'.repeat(32) };
    await ports.store.create('service', half, reading);
    const { findings } = await audit(operations);
    const ofHalf = findings.filter(({ service }) => service === 'half');
    t.strictSame(
      ofHalf.map((one) => [one.code, one.namespace]),
      [
        ['FC-AUD-014', elsewhere],
        ['FC-AUD-015', elsewhere],
      ],
    );
  });
}
