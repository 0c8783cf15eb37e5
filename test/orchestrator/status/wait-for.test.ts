import t from 'tap';
import type { Clock } from '../../../common/ports/clock.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { waitFor } from '../../../orchestrator/status/wait-for.ts';
import { watchStatus } from '../../../orchestrator/status/watch-status.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { kubeFront } from '../kube-front.ts';
import { apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { portsAs, redisWorld, setReady } from './claimed-service.ts';

const minute = 60_000;

/** A clock by which nothing happens that is more than a second away: no turn, only events lead to another look. */
const withoutTurns: Clock = {
  ...systemClock,
  wall: () => systemClock.wall(),
  monotonic: () => systemClock.monotonic(),
  sleep: (ms, options) => systemClock.sleep(ms > 1000 ? 2 ** 31 - 1 : ms, options),
};

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await onEvents(kube);
  await onTurns(kube);
  await badDay(kube);
  await overdue(kube);
  await deleted(kube);
  await interrupted(kube);
}

async function onEvents(kube: KubeApi): Promise<void> {
  await t.test('sees on the events of pods alone that the last member has become Ready', async (test) => {
    const { world } = await redisWorld(test, kube, 3);
    await setReady(world, 'redis-1', false);
    const operation = world.operation({ ports: { ...world.ports, clock: withoutTurns } });
    const waiting = waitFor(operation, 'redis', 'ready', minute);
    await told(world, /redis-1: its pod runs/);
    await setReady(world, 'redis-1', true);
    test.match(await waiting, { healthy: true, running: 3 });
    const details = world.events.map(({ detail }) => detail);
    test.equal(details.at(-1), 'Healthy: 3 of 3 members');
    test.equal(new Set(details).size, details.length, 'each state is told once');
    const asked = world.cloud.calls.of('route53', 'ListResourceRecordSets').length;
    test.equal(asked, 1, 'Route 53 is asked by time, not by events');
  });
}

async function onTurns(kube: KubeApi): Promise<void> {
  await t.test(
    'lives through failures of EC2, and sees at its next turn that an address is back where it belongs',
    async (test) => {
      const { world, members } = await redisWorld(test, kube, 3);
      const [own, other] = [members[0], members[1]].map((one) => world.cloud.ec2.interface(one?.interfaceId ?? ''));
      const ip = members[0]?.ip ?? '';
      if (!own || !other) throw new Error('no interfaces');
      world.cloud.ec2.setAddresses(other, [...other.addresses, ip]);
      const refused = world.cloud.faults.add(
        { service: 'ec2', times: 1 },
        { kind: 'error', status: 403, code: 'UnauthorizedOperation', message: 'no' },
      );
      const waiting = waitFor(world.operation(), 'redis', 'agreement', minute);
      await told(world, /^Unknown: .*EC2/);
      test.equal(refused.hits, 1);
      await told(world, /^Degraded: redis-0: .* is held by/);
      world.cloud.ec2.setAddresses(own, [...own.addresses, ip]);
      const status = await waiting;
      test.strictSame(
        status?.members.map(({ agrees }) => agrees),
        ['True', 'True', 'True'],
      );
    },
  );
}

async function badDay(kube: KubeApi): Promise<void> {
  await t.test('lives through an API server that fails, throttles and drops its watches', async (test) => {
    const { world } = await redisWorld(test, kube, 2);
    await setReady(world, 'redis-1', false);
    const { api, requests } = await kubeFront(test, kube, ({ url, count }) => {
      if (url.searchParams.has('watch')) return { breakAfterMs: 50 };
      if (url.pathname.includes('/serviceaccounts')) return undefined;
      if (count % 3 === 1) return { status: 500 };
      return count % 3 === 2 ? { status: 429, retryAfter: 1 } : undefined;
    });
    const ports = portsAs(test, { ...world, kube: api }, kube.adminToken);
    const waiting = waitFor(world.operation({ ports }), 'redis', 'ready', minute, { requestTimeoutMs: 10_000 });
    await told(world, /redis-1: its pod runs/);
    await setReady(world, 'redis-1', true);
    test.match(await waiting, { healthy: true });
    test.ok(requests.filter(({ url }) => url.searchParams.has('watch')).length > 2, 'it watched again');
  });
}

async function overdue(kube: KubeApi): Promise<void> {
  await t.test('says the state when the time is over', async (test) => {
    const { world } = await redisWorld(test, kube, 3);
    await setReady(world, 'redis-2', false);
    const error = await rejectionOf(waitFor(world.operation(), 'redis', 'ready', 1_500));
    test.match(error, { code: 'FC-CLI-002', exitCode: 4, fields: { goal: 'ready', service: 'redis' } });
    test.match(error, { message: /^The service redis is not ready after 2 s\. Degraded: redis-2: its pod runs on / });
    const silent = world.cloud.faults.add({ service: 'route53' }, { kind: 'swallow' });
    const still = await rejectionOf(waitFor(world.operation(), 'redis', 'deleted', 1_000));
    test.match(still, { code: 'FC-CLI-002', message: /^No source told of the service redis in 1 s\.$/ });
    test.ok(silent.hits > 0);
  });
}

async function deleted(kube: KubeApi): Promise<void> {
  await t.test('waits until neither records nor objects nor pods of the service are left', async (test) => {
    const { world } = await redisWorld(test, kube, 1);
    const operation = world.operation();
    const waiting = waitFor(operation, 'redis', 'deleted', minute);
    const base = `namespaces/${world.namespace}`;
    await told(world, /Healthy/);
    await kube.admin('DELETE', `/apis/apps/v1/${base}/statefulsets/redis`);
    await told(world, /there is no StatefulSet/);
    const service = await world.ports.store.get('service', { serviceName: 'redis' }, operation);
    await world.ports.store.delete('service', service, operation);
    await kube.admin('DELETE', `/api/v1/${base}/pods/redis-0`, { gracePeriodSeconds: 0 });
    test.equal(await waiting, undefined);
    test.match(await rejectionOf(waitFor(operation, 'redis', 'ready', minute)), { code: 'FC-SVC-002' });
  });
}

async function interrupted(kube: KubeApi): Promise<void> {
  await t.test(
    'ends at once when it is interrupted, and a watch when its reader leaves or the service is gone',
    async (test) => {
      const { world } = await redisWorld(test, kube, 1);
      await setReady(world, 'redis-0', false);
      const ctrlC = new AbortController();
      const waiting = waitFor(world.operation({ signal: ctrlC.signal }), 'redis', 'ready', minute);
      await told(world, /its pod runs/);
      ctrlC.abort(new Error('Ctrl-C'));
      test.match(await rejectionOf(waiting), { code: 'FC-CLM-005' });
      for await (const status of watchStatus(world.operation(), 'redis')) {
        test.equal(status.healthy, false);
        break;
      }
      const empty = await orchestratorWorld(test, kube);
      test.match(await rejectionOf(watchStatus(empty.operation(), 'redis').next()), { code: 'FC-SVC-002' });
    },
  );
}

/** Until the wait has told such a state. */
async function told({ events }: OrchestratorWorld, state: RegExp): Promise<void> {
  while (!events.some(({ detail }) => state.test(detail ?? ''))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
