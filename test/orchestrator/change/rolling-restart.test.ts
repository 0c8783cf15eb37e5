import { type Test, test } from 'tap';
import type { FirecampError } from '../../../common/domain/errors.ts';
import { pendingRestarts, readSet } from '../../../orchestrator/change/pending-restarts.ts';
import { rollingRestartService } from '../../../orchestrator/change/rolling-restart.ts';
import { textAt } from '../../../orchestrator/definition/field-reader.ts';
import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import { serviceManifests } from '../../../orchestrator/manifests/service-manifests.ts';
import { kinds, refOf } from '../../../orchestrator/objects/kinds.ts';
import type { Operation } from '../../../orchestrator/operation.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { kubeFront } from '../kube-front.ts';
import { cluster, nothingKnown, redis, stateless } from '../manifests/sample-service.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, wholeCluster } from '../world.ts';

/** A busy machine plays three pods' ends and beginnings in tens of seconds. */
const slow = { timeout: 240_000 };

test('a rolling restart on a whole control plane', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  const { operation } = world;
  const service: ServiceDefinition = {
    ...redis,
    cluster: world.settings.cluster,
    namespace: world.namespace,
    terminationGracePeriodSeconds: 1,
    testMode: true,
  };
  await applied(world, service);
  await ready(world, 3);

  await t.test(
    'restarts the members one after the other from the highest on, and says who they are now',
    slow,
    async (t) => {
      const before = await uids(world);
      const fewest = fewestReady(t, world);
      const result = await rollingRestartService(operation(), 'redis');
      const after = await uids(world);
      t.strictSame(
        result,
        [2, 1, 0].map((n) => ({ member: `redis-${n}`, outcome: 'restarted', podUid: after[n] })),
      );
      t.strictSame(
        after.map((uid) => before.includes(uid)),
        [false, false, false],
      );
      t.equal(await fewest(), 2, 'never was more than one of them away');
    },
  );

  await t.test('leaves nothing that an apply of the same service would take for a change', slow, async (t) => {
    const generation = await generationOf(world);
    await applied(world, service);
    t.equal(await generationOf(world), generation);
  });

  await t.test(
    'begins anew once the last one has ended, for the chosen members and in the order asked for',
    slow,
    async (t) => {
      const before = await uids(world);
      const said = await rollingRestartService(operation(), 'redis', { ordinals: [1, 0], order: 'ascending' });
      t.strictSame(
        said.map(({ member, outcome }) => `${member} ${outcome}`),
        ['redis-0 restarted', 'redis-1 restarted'],
      );
      t.equal((await uids(world))[2], before[2]);
      const all = await rollingRestartService(operation(), 'redis');
      t.strictSame(
        all.map(({ member, outcome }) => `${member} ${outcome}`),
        ['redis-2 restarted', 'redis-1 restarted', 'redis-0 restarted'],
      );
    },
  );

  await t.test('goes on where an interrupted one has stopped', slow, async (t) => {
    const stop = new AbortController();
    const progress: Operation['progress'] = ({ step, member, state }) => {
      if (step === 'restart' && member === 'redis-2' && state === 'done') stop.abort();
    };
    const error = await rejectionOf(rollingRestartService(operation({ signal: stop.signal, progress }), 'redis'));
    t.match(error, { code: 'FC-CLM-005' });
    const before = await uids(world);
    const plan = await rollingRestartService(operation({ dryRun: 'client' }), 'redis');
    const said = await rollingRestartService(operation(), 'redis');
    t.strictSame(
      said.map(({ member, outcome }) => `${member} ${outcome}`),
      ['redis-1 restarted', 'redis-0 restarted', 'redis-2 current'],
    );
    t.strictSame(
      plan.map(({ member }) => member),
      said.map(({ member }) => member),
      'as the dry run has foretold',
    );
    t.equal((await uids(world))[2], before[2]);
  });

  await t.test(
    'stops at the first member that does not become Ready, says why, and takes it up first',
    slow,
    async (t) => {
      const set = await readSet(operation(), 'redis');
      await applied(world, { ...service, image: 'missing.invalid/app:1' });
      const pending = await pendingRestarts(operation(), set, await readSet(operation(), 'redis'));
      t.strictSame(
        pending.map(({ name }) => name),
        ['redis-0', 'redis-1', 'redis-2'],
        'until then all run the earlier image',
      );
      const before = await uids(world);
      const request = { podTimeoutSeconds: 5 };
      const error = (await rejectionOf(rollingRestartService(operation(), 'redis', request))) as FirecampError;
      t.equal(error.code, 'FC-SVC-006');
      t.match(error.message, 'redis-2');
      t.match(error.message, 'redis: ImagePullBackOff: Back-off pulling image "missing.invalid/app:1"');
      t.strictSame((await uids(world)).slice(0, 2), before.slice(0, 2), 'the others still run');
      const refused = await rejectionOf(rollingRestartService(operation(), 'redis', { ordinals: [0] }));
      t.match(refused, { code: 'FC-SVC-007', fields: { notReady: ['redis-2'] } });

      await applied(world, service);
      const said = await rollingRestartService(operation(), 'redis', { order: 'ascending' });
      t.strictSame(
        said.map(({ member, outcome }) => `${member} ${outcome}`),
        ['redis-2 restarted', 'redis-0 restarted', 'redis-1 restarted'],
        'the one that was left comes first, whatever the order',
      );
      await ready(world, 3);
    },
  );

  await t.test(
    'refuses an ordinal that the service does not have, a service that is not there, and a stranger',
    slow,
    async (t) => {
      t.match(await rejectionOf(rollingRestartService(operation(), 'redis', { ordinals: [1, 3, 4] })), {
        code: 'FC-CFG-001',
        fields: { ordinals: ['3', '4'] },
      });
      t.match(await rejectionOf(rollingRestartService(operation(), 'nobody')), { code: 'FC-SVC-002' });
      const selector = { matchLabels: { app: 'x' } };
      const spec = {
        replicas: 0,
        serviceName: 'x',
        selector,
        template: { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x', image: 'x' }] } },
      };
      const stranger = { metadata: { name: 'x' }, spec };
      await kube.admin('POST', `/apis/apps/v1/namespaces/${world.namespace}/statefulsets`, stranger);
      t.match(await rejectionOf(rollingRestartService(operation(), 'x')), { code: 'FC-K8S-005' });
    },
  );

  await t.test('restarts each member once, however the API server answers', slow, async (t) => {
    const before = await uids(world);
    const generation = Number(await generationOf(world));
    const { api, requests } = await kubeFront(t, kube, ({ method, url, count }) => {
      if (url.searchParams.has('watch')) return { breakAfterMs: 200 };
      // What was carried out without an answer is asked for again, and then it meets another writer.
      if (method === 'PUT') return count === 1 ? 'lose the answer' : count === 2 ? { status: 409 } : undefined;
      if (method === 'DELETE') return count === 1 ? 'lose the answer' : undefined;
      if (count > 2) return undefined;
      return count === 1 ? { status: 429, retryAfter: 1 } : { status: 500 };
    });
    const bad = await orchestratorWorld(t, api, { namespace: world.namespace });
    const said = await rollingRestartService(bad.operation(), 'redis');
    const after = await uids(world);
    t.strictSame(
      said,
      [2, 1, 0].map((n) => ({ member: `redis-${n}`, outcome: 'restarted', podUid: after[n] })),
    );
    t.equal(after.filter((uid) => before.includes(uid)).length, 0);
    t.equal(Number(await generationOf(world)), generation + 1, 'the template was marked once');
    const deletions = requests.filter(({ method }) => method === 'DELETE');
    t.ok(deletions.length > 3, 'a deletion without an answer was sent again');
  });

  await t.test('lets the Deployment of a stateless service replace its pods', slow, async (t) => {
    const front = {
      ...stateless,
      cluster: service.cluster,
      namespace: world.namespace,
      terminationGracePeriodSeconds: 1,
    };
    await applied(world, front);
    await ready(world, 6);
    const before = await uids(world, 'front');
    const said = await rollingRestartService(operation(), 'front');
    t.strictSame(said.map(({ podUid }) => podUid).sort(), (await uids(world, 'front')).sort());
    t.equal(said.filter(({ podUid }) => before.includes(podUid)).length, 0);
    t.equal(said.length, 3);
    const numbered = rollingRestartService(operation(), 'front', { ordinals: [0] });
    t.match(await rejectionOf(numbered), { code: 'FC-CFG-001' });
  });
});

async function applied({ ports, operation }: OrchestratorWorld, service: ServiceDefinition): Promise<void> {
  const { signal } = operation();
  for (const object of serviceManifests(service, nothingKnown, cluster)) {
    const answer = await ports.kube.apply(refOf(object), { ...object, metadata: { ...object.metadata } }, { signal });
    if ('conflict' in answer) throw new Error(String(answer['conflict']));
  }
}

async function pods({ ports, namespace, operation }: OrchestratorWorld) {
  const { items } = await ports.kube.list(kinds.Pod, { namespace }, { signal: operation().signal });
  return items.toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
}

async function uids(world: OrchestratorWorld, service = 'redis'): Promise<string[]> {
  const all = (await pods(world)).filter(({ metadata }) => metadata.name.startsWith(`${service}-`));
  return all
    .filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') === undefined)
    .map(({ metadata }) => metadata.uid);
}

function isReady(pod: unknown): boolean {
  const conditions = (pod as { status?: { conditions?: { type: string; status: string }[] } }).status?.conditions ?? [];
  const ended = textAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
  return !ended && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

async function ready(world: OrchestratorWorld, count: number): Promise<void> {
  const { ports, namespace, operation } = world;
  for await (const _event of ports.kube.watch(kinds.Pod, { namespace }, { signal: operation().signal })) {
    if ((await pods(world)).filter(isReady).length === count) return;
  }
}

async function generationOf({ ports, namespace, operation }: OrchestratorWorld): Promise<unknown> {
  const ref = { kind: kinds.StatefulSet, namespace, name: 'redis' };
  const set = await ports.kube.get(ref, { signal: operation().signal });
  return set === 'absent' ? undefined : set.metadata['generation'];
}

/** Counts the Ready pods at every change of one, from all that is there now on; the fewest there were. */
function fewestReady(t: Test, { ports, namespace }: OrchestratorWorld): () => Promise<number> {
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const now = new Map<string, boolean>();
  let fewest = Number.POSITIVE_INFINITY;
  const watching = (async () => {
    for await (const event of ports.kube.watch(kinds.Pod, { namespace }, { signal: stop.signal })) {
      for (const pod of event.type === 'LISTED' ? event.objects : [event.object]) {
        now.set(pod.metadata.name, event.type !== 'DELETED' && isReady(pod));
      }
      fewest = Math.min(fewest, [...now.values()].filter(Boolean).length);
    }
  })().catch(() => undefined);
  return async () => {
    stop.abort();
    await watching;
    return fewest;
  };
}
