import { rolePolicy } from '../../orchestrator/install/iam/role-policy.ts';
import { defaultPrincipal } from '../cloud/topology.ts';
import { guardDynamoDb } from '../orchestrator/install/guarded-dynamodb.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { why } from './harness/look.ts';
import { e2eTopology, instance } from './harness/nodes.ts';

const begun = await beginEndToEnd('the policy of the members’ role');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const policy = rolePolicy('member', {
    ...{ partition: 'aws', region: 'us-east-1', account: '111122223333', cluster: 'e2e', dbType: 'clouddb' },
    ...{ domain: 'demo-firecamp.com', hostedZone: 'Z00000000000000DEMO1', vpc: undefined },
  });
  const tags = { 'firecamp-worker': 'e2e' };
  const [tagged, untagged] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  // So many addresses that the type's limit is asked for.
  const secondary = ['10.0.1.51', '10.0.1.52', '10.0.1.53'];
  const world = await World.start({
    topology: e2eTopology({
      instances: [
        instance(1, 'm5.4xlarge', { subnet: 'a', address: '10.0.1.11', tags, secondary }),
        instance(2, 'm5.4xlarge', { subnet: 'a', address: '10.0.1.12' }),
      ],
      principals: [{ ...defaultPrincipal, arn: 'arn:aws:sts::111122223333:assumed-role/member/pod', policy }],
    }),
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  const { AWS_ENDPOINT_URL_DYNAMODB: database = '' } = world.nodeEnvironment(tagged);
  const tableArn = (table: string) => `arn:aws:dynamodb:us-east-1:111122223333:table/${table}`;
  const guarded = await guardDynamoDb(database, policy, tableArn, world.fabric.serviceIp);
  t.teardown(() => guarded[Symbol.asyncDispose]());
  const env = { AWS_ENDPOINT_URL_DYNAMODB: guarded.url };
  const denied = () => world.cloud.calls.all(({ status }) => status === 403).map(({ operation }) => operation);

  t.test('claims and releases of both kinds are allowed, and all of the policy is used', async (t) => {
    for (const staticIp of [true, false]) {
      const service = await createService(world, { staticIp });
      const pod = await Pods.create(world, service, 0, tagged);
      const claimed = await pod.claim({ env });
      t.equal(claimed.code, 0, why(claimed));
      await pod.markDeleted();
      const released = await pod.start('stopcontainer', { args: ['--once'], env }).ended;
      t.equal(released.code, 0, why(released));
    }
    t.same(denied(), [], 'AWS refuses nothing');
    t.same(guarded.refused, [], 'nor does DynamoDB');
    const called = world.cloud.calls.all().map(({ service, operation }) => `${service}:${operation}`);
    const used = new Set([...called, ...guarded.used]);
    const listed = policy.Statement.flatMap(({ Action }) => Action);
    t.same(
      listed.filter((action) => !used.has(action)),
      [],
      'there is no action that nothing uses',
    );
  });

  t.test('no address is moved to an interface without the cluster’s tag', async (t) => {
    const service = await createService(world);
    const pod = await Pods.create(world, service, 0, untagged);
    const claimed = await pod.claim({ env });
    t.not(claimed.code, 0);
    t.same([...new Set(denied())], ['AssignPrivateIpAddresses']);
    t.equal(world.cloud.ec2.holderOf(service.addresses[0] ?? ''), undefined);
  });
}
