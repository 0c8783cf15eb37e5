import t from 'tap';
import { getServiceStatus } from '../../../orchestrator/status/get-service-status.ts';
import { listServices } from '../../../orchestrator/status/list-services.ts';
import type { MemberStatus } from '../../../orchestrator/status/service-status.ts';
import { waitFor } from '../../../orchestrator/status/wait-for.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { defaultPrincipal } from '../../cloud/topology.ts';
import { rejectionOf } from '../../rejection.ts';
import { apiOnly, orchestratorWorld } from '../world.ts';
import { allow, type ClaimedMember, portsAs, redisWorld, setReady, zoneId } from './claimed-service.ts';
import { requestsDuring } from './requests.ts';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await healthy(kube);
  await wrongHolder(kube);
  await unread(kube);
  await limited(kube);
  await leastRights(kube);
  await absent(kube);
  await silentPod(kube);
  await another(kube);
  await many(kube);
}

async function healthy(kube: KubeApi): Promise<void> {
  await t.test('shows a service as Healthy when all four sources say the same of it', async (test) => {
    const { world, members } = await redisWorld(test, kube, 3);
    const status = await getServiceStatus(world.operation(), 'redis');
    test.equal(status.summary, 'Healthy: 3 of 3 members');
    test.match(status, { healthy: true, running: 3, desired: 3, unread: [], namespace: world.namespace });
    for (const [index, { name, ip, podUid, instanceId, interfaceId, node }] of members.entries()) {
      test.match(status.members[index], {
        name,
        staticIp: ip,
        dnsName: `${name}.demo-firecamp.com`,
        pod: { value: { uid: podUid, node, image: 'redis:7' } },
        record: { value: { state: 'owned', ownerPodUid: podUid, interfaceId } },
        holder: { value: { interfaceId, instanceId } },
        dns: { value: [ip] },
        agrees: 'True',
      });
    }
  });
}

async function wrongHolder(kube: KubeApi): Promise<void> {
  await t.test(
    'names who holds an address that the record says another has, and a name that leads elsewhere',
    async (test) => {
      const { world, members } = await redisWorld(test, kube, 3);
      const [first, second] = [memberOf(members, 0), memberOf(members, 1)];
      const thief = world.cloud.ec2.interfacesOf(memberOf(members, 2).instanceId)[0];
      if (thief === undefined) throw new Error('no interface');
      world.cloud.ec2.setAddresses(thief, [...thief.addresses, second.ip]);
      await renamed(world.operation(), first);
      const status = await getServiceStatus(world.operation(), 'redis');
      test.equal(status.healthy, false);
      test.match(
        status.summary,
        `Degraded: redis-0: redis-0.demo-firecamp.com leads to 10.9.9.9, not to ${first.ip}; redis-1: ${second.ip} is held by ${memberOf(members, 2).instanceId} (${thief.id}), record says ${second.instanceId} (${second.interfaceId})`,
      );
      test.strictSame(
        status.members.map(({ agrees }) => agrees),
        ['False', 'False', 'True'],
      );
    },
  );
}

async function unread(kube: KubeApi): Promise<void> {
  await t.test('shows what Kubernetes and the records say while EC2 is throttled and Route 53 silent', async (test) => {
    const { world } = await redisWorld(test, kube, 3);
    world.cloud.faults.add({ service: 'ec2' }, { kind: 'throttle' });
    const silence = world.cloud.faults.add({ service: 'route53' }, { kind: 'swallow' });
    const status = await getServiceStatus(world.operation(), 'redis', { requestTimeoutMs: 700 });
    test.match(status.summary, /^Unknown: 3 of 3 members ready as far as could be read; EC2 /);
    test.match(status.unread, [/^EC2 \(who holds the addresses\): FC-/, /^Route 53: FC-CLM-006 Asking Route 53/]);
    test.equal(status.unread.length, 2);
    test.ok(silence.hits > 0);
    test.match(conditionsOf(status.members[1]), [
      'Ready Unknown HolderUnread',
      'PodReady True PodReady',
      'AddressHeld Unknown HolderUnread',
      'DNSInSync Unknown DNSUnread',
    ]);
    world.cloud.faults.clear();
    test.equal((await getServiceStatus(world.operation(), 'redis')).healthy, true);
  });
}

async function limited(kube: KubeApi): Promise<void> {
  await t.test(
    'shows what an identity may read that may read the records alone, and names what it may not',
    async (test) => {
      const { world, members } = await redisWorld(test, kube, 1);
      const token = await allow(world, 'reader', { apiGroups: [''], resources: ['configmaps'] });
      const operation = world.operation({ ports: portsAs(test, world, token) });
      const status = await getServiceStatus(operation, 'redis');
      test.equal(status.healthy, false);
      test.match(status.unread, [/^StatefulSet or Deployment: FC-K8S-002 .*403/, /^Pods: FC-K8S-002 .*403/]);
      test.match(status.members[0], {
        record: { value: { state: 'owned' } },
        holder: { value: { interfaceId: memberOf(members, 0).interfaceId } },
        agrees: 'Unknown',
      });
      test.equal(status.desired, 1, 'as the records say');
    },
  );
}

async function leastRights(kube: KubeApi): Promise<void> {
  await t.test('needs no more rights than the page on status names', async (test) => {
    const Action = ['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces', 'route53:ListResourceRecordSets'];
    const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } as const;
    const parts = { principals: [{ ...defaultPrincipal, arn: 'arn:aws:iam::111122223333:user/viewer', policy }] };
    const { world } = await redisWorld(test, kube, 3, { parts });
    const token = await allow(
      world,
      'viewer',
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['statefulsets', 'deployments'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['events'], verbs: ['list'] },
      { apiGroups: [''], resources: ['configmaps'] },
    );
    const operation = world.operation({ ports: portsAs(test, world, token) });
    await setReady(world, 'redis-0', false);
    test.match(await getServiceStatus(operation, 'redis'), { healthy: false, unread: [] });
    await setReady(world, 'redis-0', true);
    test.match(await waitFor(operation, 'redis', 'ready', 60_000), { healthy: true, unread: [] });
    test.match(await listServices(operation), [{ name: 'redis', recordStatus: 'ACTIVE' }]);
    test.strictSame(
      world.log.lines.filter(({ message }) => /source|watch/.test(message)),
      [],
      'nothing was refused',
    );
  });
}

async function absent(kube: KubeApi): Promise<void> {
  await t.test(
    'says that a service does not exist only when all that could hold a trace of it was read',
    async (test) => {
      const world = await orchestratorWorld(test, kube);
      const error = await rejectionOf(getServiceStatus(world.operation(), 'nobody'));
      test.match(error, { code: 'FC-SVC-002', message: /no service nobody in namespace/ });
      const spec = { containers: [{ name: 'x', image: 'x:1' }] };
      const labels = { app: 'x' };
      await kube.admin('POST', `/apis/apps/v1/namespaces/${world.namespace}/deployments`, {
        metadata: { name: 'stranger' },
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      });
      const stranger = await getServiceStatus(world.operation(), 'stranger');
      test.match(stranger, {
        healthy: false,
        desired: 0,
        unread: [/FC-K8S-005 The Deployment stranger is not firecamp's/],
      });
      const token = await kube.serviceAccountToken(world.namespace, 'nobody');
      const status = await getServiceStatus(world.operation({ ports: portsAs(test, world, token) }), 'nobody');
      test.match(status, { healthy: false, members: [], unread: [/^Records: FC-/, /^StatefulSet/, /^Pods: /] });
    },
  );
}

async function silentPod(kube: KubeApi): Promise<void> {
  await t.test('takes from its Events why a pod is not Ready that does not tell it itself', async (test) => {
    const { world, members } = await redisWorld(test, kube, 2);
    const { namespace } = world;
    const events = `/api/v1/namespaces/${namespace}/events`;
    const about = { kind: 'Pod', name: 'redis-1', namespace, uid: memberOf(members, 1).podUid };
    const warning = { involvedObject: about, type: 'Warning', reason: 'Unhealthy' };
    const lines = ['first', 'Readiness probe failed: not yet'];
    for (const [index, message] of lines.entries()) {
      const lastTimestamp = `2026-11-22T07:0${index}:00Z`;
      await kube.admin('POST', events, { ...warning, metadata: { name: `e${index}` }, message, lastTimestamp });
    }
    await setReady(world, 'redis-1', false);
    const status = await getServiceStatus(world.operation(), 'redis');
    test.match(
      status.summary,
      /redis-1: its pod runs on .* and is not Ready: Unhealthy: Readiness probe failed: not yet$/,
    );
  });
}

async function another(kube: KubeApi): Promise<void> {
  await t.test(
    'refuses to speak of a service of another namespace, and tells one that is there in part',
    async (test) => {
      const { world } = await redisWorld(test, kube, 1);
      const { store } = world.ports;
      const operation = world.operation();
      const key = { serviceUuid: 'a'.repeat(32) };
      const attr = await store.get('serviceAttr', key, operation);
      const moved = await store.update('serviceAttr', attr, { ...attr.record, namespace: 'elsewhere' }, operation);
      test.match(await rejectionOf(getServiceStatus(operation, 'redis')), { code: 'FC-REC-008' });
      await store.delete('serviceAttr', moved, operation);
      const status = await getServiceStatus(operation, 'redis');
      test.match(status.summary, /^Degraded: its records were made or deleted in part/);
    },
  );
}

async function many(kube: KubeApi): Promise<void> {
  await t.test('looks at 300 members with a dozen requests', async (test) => {
    const { world } = await redisWorld(test, kube, 300);
    let status: Awaited<ReturnType<typeof getServiceStatus>> | undefined;
    const requests = await requestsDuring(async () => {
      status = await getServiceStatus(world.operation(), 'redis');
    });
    test.equal(status?.summary, 'Healthy: 300 of 300 members');
    const of = (service: 'ec2' | 'route53') => world.cloud.calls.all((call) => call.service === service).length;
    test.equal(of('ec2'), 3, 'one for the VPC, and the holders 200 addresses at a time');
    test.equal(of('route53'), 2, 'pages of 300 records, the zone has 302');
    test.ok(requests.length <= 12, `${requests.length}: ${requests.join('\n')}`);
    test.comment(`${requests.length} requests for 300 members`);
  });
}

async function renamed(operation: Parameters<typeof getServiceStatus>[0], { name, ip }: ClaimedMember): Promise<void> {
  const record = { name: `${name}.demo-firecamp.com`, ttlSeconds: 5 };
  const change = { current: { ...record, values: [ip] }, next: { ...record, values: ['10.9.9.9'] } };
  await operation.ports.zones.change(zoneId, [change], operation);
}

function memberOf(members: readonly ClaimedMember[], index: number): ClaimedMember {
  const member = members[index];
  if (member === undefined) throw new Error(`no member ${index}`);
  return member;
}

function conditionsOf(member: MemberStatus | undefined): string[] {
  return member?.conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`) ?? [];
}
