import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test, test } from 'tap';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { ApiObjects } from '../../../common/k8s/api-objects.ts';
import type { KubeObjects, LiveObject, ObjectKind } from '../../../common/ports/kube-objects.ts';
import { retryTransient } from '../../../common/runtime/retry.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { RigUnavailableError } from '../../../scripts/rig/unavailable.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from './tls-server.ts';

const live = { signal: new AbortController().signal };
const configMaps: ObjectKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const statefulSets: ObjectKind = { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' };

const kube = await startKubeApi().catch((error: unknown) => {
  if (error instanceof RigUnavailableError) return error;
  throw error;
});
t.teardown(() => (kube instanceof RigUnavailableError ? undefined : kube.stop()));

/** A test in a new namespace of the real API server; skipped, with the reason, where it cannot be had. */
function onKube(title: string, run: (test: Test, api: KubeApi, namespace: string) => Promise<void>): void {
  if (kube instanceof RigUnavailableError) t.test(title, { skip: kube.message }, () => {});
  else t.test(title, async (test) => run(test, kube, await kube.newNamespace()));
}

function objectsAs(t: Test, api: KubeApi, token: string, pageSize?: number): KubeObjects {
  // Not t.testdir(), which a second client of one test would empty.
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-token-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, token);
  const client = new ApiClient({ server: api.url, caFile: api.caFile, tokenFile });
  t.teardown(() => client.close());
  return new ApiObjects(client, pageSize === undefined ? {} : { pageSize });
}

function configMap(namespace: string, name: string, data: Readonly<Record<string, string>>, labels = {}) {
  return {
    ref: { kind: configMaps, namespace, name },
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels }, data },
  };
}

/** What must be an object, and not the outcome in its place. */
function objectOf(answer: LiveObject | string): LiveObject {
  if (typeof answer === 'string') throw new Error(`expected an object, got ${answer}`);
  return answer;
}

onKube('creates an object once and reads it back', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const { ref, body } = configMap(namespace, 'a', { x: '1' });
  test.equal(await objects.get(ref, live), 'absent');
  test.match(await objects.create(ref, body, { ...live, dryRun: true }), { data: { x: '1' } });
  test.equal(await objects.get(ref, live), 'absent', 'a dry run keeps nothing');
  const created = objectOf(await objects.create(ref, body, live));
  test.strictSame(await objects.get(ref, live), created);
  test.match(created.metadata, { managedFields: [{ manager: 'firecamp', operation: 'Update' }] });
  test.equal(await objects.create(ref, body, live), 'exists');
});

onKube('lets one of two writers replace what both have read', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const { ref, body } = configMap(namespace, 'a', { x: '0' });
  const read = objectOf(await objects.create(ref, body, live));
  const writers = ['1', '2'].map((x) => objects.replace(ref, { ...read, data: { x } }, live));
  const answers = await Promise.all(writers);
  const winners = answers.filter((answer) => answer !== 'lostRace');
  test.equal(winners.length, 1);
  test.strictSame(await objects.get(ref, live), winners[0]);
  await objects.delete(ref, { ...live, propagationPolicy: 'Background' });
  test.equal(await objects.replace(ref, read, live), 'absent');
});

onKube('applies as firecamp, and says whose field it would take', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const { ref, body } = configMap(namespace, 'a', { x: '1', y: '1' });
  const applied = await objects.apply(ref, body, live);
  test.match(applied, { metadata: { managedFields: [{ manager: 'firecamp', operation: 'Apply' }] } });
  test.strictSame(await objects.apply(ref, body, live), applied, 'again, it changes nothing');
  const path = `/api/v1/namespaces/${namespace}/configmaps/a`;
  const byHand = objectOf(await objects.get(ref, live));
  await api.admin('PUT', `${path}?fieldManager=kubectl-edit`, { ...byHand, data: { x: '2', y: '1' } });
  const { body: wanted } = configMap(namespace, 'a', { x: '3' });
  test.match(await objects.apply(ref, wanted, live), { conflict: /kubectl-edit.*\.data\.x/ });
  test.match(await objects.get(ref, live), { data: { x: '2' } }, 'nothing was written');
  test.match(await objects.apply(ref, wanted, { ...live, force: true, dryRun: true }), { data: { x: '3' } });
  test.match(await objects.get(ref, live), { data: { x: '2' } }, 'nor by the dry run');
  test.match(await objects.apply(ref, wanted, { ...live, force: true }), { data: { x: '3' } });
});

onKube('deletes only what the caller has seen, and takes absence for done', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const { ref, body } = configMap(namespace, 'a', { x: '0' });
  const background = { ...live, propagationPolicy: 'Background' } as const;
  const first = objectOf(await objects.create(ref, body, live));
  const { uid, resourceVersion } = first.metadata;
  const second = objectOf(await objects.replace(ref, { ...first, data: { x: '1' } }, live));
  test.equal(await objects.delete(ref, { ...background, uid, resourceVersion }), 'changed');
  test.equal(await objects.delete(ref, { ...background, uid: '00000000-0000-4000-8000-000000000000' }), 'changed');
  test.equal(await objects.delete(ref, { ...background, dryRun: true }), 'accepted');
  test.strictSame(await objects.get(ref, live), second);
  const seen = { uid, resourceVersion: second.metadata.resourceVersion };
  test.equal(await objects.delete(ref, { ...background, ...seen }), 'accepted');
  test.equal(await objects.delete(ref, background), 'absent');
});

onKube('leaves a foreground deletion to what it owns', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const { ref, body } = configMap(namespace, 'a', {});
  await objects.create(ref, body, live);
  test.equal(await objects.delete(ref, { ...live, propagationPolicy: 'Foreground' }), 'accepted');
  test.match(await objects.get(ref, live), { metadata: { finalizers: ['foregroundDeletion'] } });
});

onKube('lists every page of what a selector means, with the kind of each', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken, 2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    const { ref, body } = configMap(namespace, name, {}, { half: name < 'd' ? 'first' : 'second' });
    await objects.create(ref, body, live);
  }
  const names = async (scope: object) => {
    const { items } = await objects.list(configMaps, scope, live);
    return items.map((item) => `${item.apiVersion} ${item.kind} ${item.metadata.name}`);
  };
  const of = (...all: string[]) => all.map((name) => `v1 ConfigMap ${name}`);
  test.strictSame(await names({ namespace }), of('a', 'b', 'c', 'd', 'e'));
  test.strictSame(await names({ namespace, labelSelector: 'half=first' }), of('a', 'b', 'c'));
  test.strictSame(await names({ namespace, fieldSelector: 'metadata.name=d' }), of('d'));
  test.strictSame(await objects.list(statefulSets, { namespace }, live).then((list) => list.items), []);
});

onKube('answers what the caller may do, and which server it is', async (test, api, namespace) => {
  const stranger = objectsAs(test, api, await api.serviceAccountToken(namespace, 'stranger'));
  const question = { verb: 'get', group: 'apps', resource: 'statefulsets', namespace };
  test.equal(await stranger.mayI(question, live), false);
  test.equal(await objectsAs(test, api, api.adminToken).mayI(question, live), true);
  test.match(await stranger.serverVersion(live), /^v1\.\d+\.\d+/);
});

onKube('tells a refusal from an absence and from an unknown end', async (test, api, namespace) => {
  const objects = objectsAs(test, api, api.adminToken);
  const stranger = objectsAs(test, api, await api.serviceAccountToken(namespace, 'other'));
  const { ref, body } = configMap(namespace, 'a', {});
  test.match(await rejectionOf(stranger.get(ref, live)), { code: 'FC-K8S-002', effect: 'none', transient: false });
  const invalid = { ...body, metadata: { ...body.metadata, name: 'No Name' } };
  test.match(await rejectionOf(objects.create(ref, invalid, live)), { code: 'FC-K8S-002', refusal: 'invalid' });
  const noKind = { ...ref, kind: { apiVersion: 'none.example/v1', kind: 'None', plural: 'nones' } };
  test.match(await rejectionOf(objects.get(noKind, live)), { code: 'FC-K8S-002', refusal: 'notFound' });
  const cancelled = AbortSignal.abort(new Error('enough'));
  test.match(await rejectionOf(objects.create(ref, body, { signal: cancelled })), { code: 'FC-CLM-005' });
  test.equal(await objects.get(ref, live), 'absent', 'nothing was written');
});

onKube('calls the log of a pod that is not there absent, and of one that runs nowhere empty', async (test, api, ns) => {
  const objects = objectsAs(test, api, api.adminToken);
  const tail = { ...live, container: 'main', lines: 5 };
  test.equal(await objects.podLog({ namespace: ns, name: 'redis-0' }, tail), 'absent');
  const spec = { containers: [{ name: 'main', image: 'localhost/none' }] };
  await api.admin('POST', `/api/v1/namespaces/${ns}/pods`, { metadata: { name: 'redis-0' }, spec });
  test.equal(await objects.podLog({ namespace: ns, name: 'redis-0' }, tail), '');
  const noContainer = objects.podLog({ namespace: ns, name: 'redis-0' }, { ...tail, container: 'none' });
  test.match(await rejectionOf(noContainer), { code: 'FC-K8S-002', message: /none/ });
});

test('returns the end of a log as it was printed', async (t) => {
  const asked: (string | undefined)[] = [];
  const served = await tlsServer(t, (request, response) => {
    asked.push(request.url);
    response.end('one\n{"two": 2}\n');
  });
  const client = new ApiClient(served);
  t.teardown(() => client.close());
  const pod = { namespace: 'n', name: 'p' };
  const text = await new ApiObjects(client).podLog(pod, {
    ...live,
    container: 'c',
    lines: 2,
    previous: true,
    sinceSeconds: 60,
  });
  t.equal(text, 'one\n{"two": 2}\n');
  t.strictSame(asked, ['/api/v1/namespaces/n/pods/p/log?container=c&tailLines=2&previous=true&sinceSeconds=60']);
});

test('tells a throttled caller how long to wait, and leaves the retry to it', async (t) => {
  const arrivals: number[] = [];
  const object = { kind: 'ConfigMap', metadata: { name: 'a', uid: 'u', resourceVersion: '1' } };
  const served = await tlsServer(t, (_, response) => {
    arrivals.push(performance.now());
    const status = arrivals.length === 1 ? 429 : 200;
    response
      .writeHead(status, { 'retry-after': '1' })
      .end(status === 429 ? '{"kind":"Status"}' : JSON.stringify(object));
  });
  const client = new ApiClient(served);
  t.teardown(() => client.close());
  const objects = new ApiObjects(client);
  const { ref, body } = configMap('n', 'a', {});
  const policy = { firstDelayMs: 1, maxDelayMs: 1, totalMs: 60_000 };
  const context = { clock: systemClock, signal: live.signal, random: Math.random };
  t.match(await retryTransient(() => objects.create(ref, body, live), policy, context), object);
  const [first = 0, second = 0] = arrivals;
  t.ok(second - first >= 990, `came again after ${second - first} ms`);
});

test('calls the end of a write that the server failed at unknown, and reads an expired list again', async (t) => {
  const answers = [
    { status: 500, body: { kind: 'Status', message: 'etcd is away' } },
    { status: 200, body: { metadata: { resourceVersion: '5', continue: 'more' }, items: [] } },
    { status: 410, body: { kind: 'Status', reason: 'Expired' } },
    { status: 200, body: { metadata: { resourceVersion: '9' }, items: [] } },
    { status: 200, body: { kind: 'ConfigMap', metadata: {} } },
  ];
  const served = await tlsServer(t, (_, response) => {
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status).end(JSON.stringify(body));
  });
  const client = new ApiClient(served);
  t.teardown(() => client.close());
  const objects = new ApiObjects(client);
  const { ref, body } = configMap('n', 'a', {});
  t.match(await rejectionOf(objects.create(ref, body, live)), { effect: 'unknown', message: /etcd is away/ });
  t.strictSame(await objects.list(configMaps, {}, live), { items: [], resourceVersion: '9' });
  const nameless = objects.create(ref, body, live);
  t.match(await rejectionOf(nameless), { code: 'FC-K8S-001', effect: 'unknown', message: /lacks its name/ });
});
