import t from 'tap';
import { trace } from '../../../orchestrator/status/trace.ts';
import type { Trace } from '../../../orchestrator/status/trace-model.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { redisWorld } from './claimed-service.ts';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await story(kube);
  await refusals(kube);
  await unread(kube);
}

async function story(kube: KubeApi): Promise<void> {
  await t.test('tells the story of a member by its pod, its address and its names', async (test) => {
    const { world, members } = await redisWorld(test, kube, 3);
    await addFleet(kube, world.account);
    const member = members[1];
    if (member === undefined) throw new Error('no member');
    const { namespace } = world;
    const about = { kind: 'Pod', name: member.name, namespace };
    const event = { metadata: { name: 'claimed' }, involvedObject: about, reason: 'StaticIPClaimed', type: 'Normal' };
    const lastTimestamp = '2026-11-22T07:00:06Z';
    await kube.admin('POST', `/api/v1/namespaces/${namespace}/events`, { ...event, message: 'x', lastTimestamp });

    const told = await trace(world.operation(), 'redis-1');
    test.strictSame(told.unread, []);
    test.match(told, { service: 'redis', summary: /^redis-1 is Ready: its pod is Ready on ip-10-0-16-10/ });
    test.match(told.member, { name: 'redis-1', agrees: 'True' });
    test.strictSame(
      told.links.map(({ kind, name }) => [kind, name]),
      [
        ['service', 'redis'],
        ['workload', 'redis'],
        ['pod', 'redis-1'],
        ['node', member.node],
        ['record', member.ip],
        ['interface', member.interfaceId],
        ['instance', member.instanceId],
        ['dns', 'redis-1.demo-firecamp.com'],
        ['clusterDns', `redis-1.redis-members.${namespace}.svc`],
      ],
    );
    const record = linkOf(told, 'record');
    test.strictSame(record.lastChange, { at: '2026-11-22T07:00:05.123Z', by: `pod redis-1 (${member.podUid})` });
    test.match(Object.fromEntries(record.facts), {
      state: 'owned',
      epoch: '3',
      'claim took': 'observe 100 ms, move 400 ms',
    });
    test.match(Object.fromEntries(linkOf(told, 'node').facts), { instance: member.instanceId, state: 'usable' });
    test.match(Object.fromEntries(linkOf(told, 'instance').facts), { state: 'running', type: 'm5.large' });
    test.match(linkOf(told, 'pod').lastChange, { at: String });
    test.match(told.events, [{ reason: 'StaticIPClaimed', at: lastTimestamp, count: 1 }]);

    const names = [member.ip, 'Redis-1.demo-firecamp.com.', `redis-1.redis-members.${namespace}.svc.cluster.local`];
    for (const asked of names) {
      const same = await trace(world.operation(), asked);
      test.strictSame({ ...same, asked: told.asked }, told, `by ${asked}`);
    }
  });
}

async function refusals(kube: KubeApi): Promise<void> {
  await t.test('says why there is no member of what was asked for', async (test) => {
    const { world } = await redisWorld(test, kube, 3);
    const cases = {
      '10.0.99.99': /No record of cluster demo has the address 10\.0\.99\.99/,
      'redis-7': /has no member redis-7; it has redis-0 to redis-2/,
      'redis-1.example.com': /is no name of service redis.*its members are in demo-firecamp\.com/,
      'mysql-0': /no service mysql/,
      redis: /neither a member's pod/,
    };
    for (const [asked, message] of Object.entries(cases)) {
      test.match(await rejectionOf(trace(world.operation(), asked)), { code: 'FC-SVC-002', message }, asked);
    }
    const empty = await orchestratorWorld(test, kube);
    test.match(await rejectionOf(trace(empty.operation(), 'redis-0')), { code: 'FC-SVC-002' });
  });
}

async function unread(kube: KubeApi): Promise<void> {
  await t.test('tells what it can while EC2 refuses, and names what it could not read', async (test) => {
    const { world, members } = await redisWorld(test, kube, 1);
    await kube.admin('DELETE', `/api/v1/nodes/${members[0]?.node}`);
    const error = { kind: 'error', status: 403, code: 'UnauthorizedOperation', message: 'not you' } as const;
    world.cloud.faults.add({ service: 'ec2' }, error);
    const told = await trace(world.operation(), 'redis-0');
    test.match(linkOf(told, 'interface'), { name: undefined, unread: /FC-AWS-001.*DescribeInstances/ });
    test.match(linkOf(told, 'record'), { name: String, unread: undefined });
    test.match(told.unread, [/^EC2 .*FC-AWS-001/]);
    test.match(told.summary, /^redis-0 is not known to be Ready: who holds /);
    test.match(linkOf(told, 'node'), { name: members[0]?.node, facts: [['state', 'there is no such node']] });
  });
}

function linkOf({ links }: Trace, kind: string) {
  const found = links.find((link) => link.kind === kind);
  if (found === undefined) throw new Error(`no link ${kind}`);
  return found;
}
