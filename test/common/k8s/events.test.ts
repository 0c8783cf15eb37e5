import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { MemberEvent } from '../../../common/domain/member-event.ts';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { PodEvents } from '../../../common/k8s/events.ts';
import { memberAccess } from '../../../orchestrator/manifests/member-access.ts';
import { memberServiceAccount } from '../../../orchestrator/manifests/names.ts';
import type { KubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { MemoryLog } from '../../fakes/memory-log.ts';

const failed: MemberEvent = { action: 'ClaimStaticIP', reason: 'NodeOutsideSubnet', note: 'Not here.', subject: 'a' };

interface EventObject {
  readonly metadata: { readonly name: string };
  readonly reason: string;
  readonly note: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly [field: string]: unknown;
}

/** One run of a program in the pod, as the account that its role says. */
function runAs(test: Test, server: string, caFile: string, token: string, namespace: string, parts = {}) {
  const tokenFile = join(test.testdir({ token }), 'token');
  const api = new ApiClient({ server, caFile, tokenFile });
  test.teardown(() => api.close());
  const log = new MemoryLog();
  const pod = { namespace, podName: 'redis-0', podUid: '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e' };
  const events = new PodEvents(api, { ...pod, program: 'firecamp-initcontainer', nodeName: 'node-1', ...parts }, log);
  return { events, log };
}

async function eventsOf(kube: KubeApi, namespace: string): Promise<readonly EventObject[]> {
  const list = await kube.admin('GET', `/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
  return (list as { readonly items: readonly EventObject[] }).items;
}

t.test('on a real API server', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(120_000);
  const { startKubeApi } = await import('../../../scripts/rig/kube-api.ts');
  const kube = await startKubeApi();
  t.teardown(() => kube.stop());

  /** A namespace in which the members' account may do what the shipped role says. */
  async function place(dbType: 'clouddb' | 'k8sdb' = 'clouddb') {
    const namespace = await kube.newNamespace();
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const token = await kube.serviceAccountToken(namespace, memberServiceAccount);
    for (const object of memberAccess({ namespace, dbType })) {
      if (object.kind !== 'ServiceAccount') await kube.admin('POST', `${rbac}/${object.kind.toLowerCase()}s`, object);
    }
    return { namespace, token };
  }

  t.test('a result is one Event about the pod, as kubectl describe looks for it', async (t) => {
    const { namespace, token } = await place('k8sdb');
    const { events, log } = runAs(t, kube.url, kube.caFile, token, namespace);
    events.tell({ action: 'ClaimStaticIP', reason: 'StaticIPClaimed', note: 'Claimed.', subject: 'epoch 1' });
    await events.settled();
    t.strictSame(log.lines, []);
    const regarding = { kind: 'Pod', name: 'redis-0', namespace, uid: '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e' };
    t.match(await eventsOf(kube, namespace), [
      {
        ...{
          metadata: { name: /^redis-0\.[0-9a-f]{16}$/ },
          type: 'Normal',
          reason: 'StaticIPClaimed',
          note: 'Claimed.',
        },
        ...{ action: 'ClaimStaticIP', reportingController: 'firecamp-initcontainer', reportingInstance: 'node-1' },
        ...{ regarding, series: undefined },
      },
    ]);
    const selector = `involvedObject.name=redis-0,involvedObject.namespace=${namespace},involvedObject.uid=${regarding.uid}`;
    const old = await kube.admin('GET', `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`);
    t.match(old, { items: [{ message: 'Claimed.', involvedObject: { kind: 'Pod' } }] });
  });

  t.test('fifty runs that fail alike are one Event with their number and the time of the last', async (t) => {
    const { namespace, token } = await place();
    for (let run = 1; run <= 50; run++) {
      const { events, log } = runAs(t, kube.url, kube.caFile, token, namespace);
      // What AWS says differs from request to request.
      events.tell({ ...failed, note: `Not here (request ${run}).` });
      await events.settled();
      t.strictSame(log.lines, []);
    }
    const [one, ...others] = await eventsOf(kube, namespace);
    t.strictSame(others, []);
    t.match(one, { note: 'Not here (request 1).', series: { count: 50 } });
    t.ok(Date.now() - Date.parse(one?.series?.lastObservedTime ?? '') < 20_000);
  });

  t.test('another subject, reason or pod is an Event of its own', async (t) => {
    const { namespace, token } = await place();
    const { events } = runAs(t, kube.url, kube.caFile, token, namespace);
    const again = runAs(t, kube.url, kube.caFile, token, namespace, { podUid: 'cafe' });
    events.tell(failed);
    events.tell({ ...failed, subject: 'b' });
    events.tell({ ...failed, reason: 'ClaimRaceLost' });
    again.events.tell(failed);
    await Promise.all([events.settled(), again.events.settled()]);
    t.equal((await eventsOf(kube, namespace)).length, 4);
  });

  t.test('the longest note, pod and node are taken, and nothing secret', async (t) => {
    const { namespace, token } = await place();
    const podName = `${'a'.repeat(61)}.${'b'.repeat(61)}.${'c'.repeat(61)}.${'d'.repeat(49)}.${'e'.repeat(16)}`;
    const parts = { podName, nodeName: 'n'.repeat(253) };
    const { events, log } = runAs(t, kube.url, kube.caFile, token, namespace, parts);
    events.tell({ ...failed, note: '’'.repeat(341) });
    events.tell({ ...failed, subject: 'secret', note: 'as AKIAABCDEFGHIJKLMNOP' });
    await events.settled();
    t.strictSame(log.lines, []);
    t.strictSame((await eventsOf(kube, namespace)).map(({ note }) => note).sort(), ['as [redacted]', '’'.repeat(341)]);
  });

  t.test('an account that may not is one debug line, and another namespace is out of reach', async (t) => {
    const { token } = await place();
    const elsewhere = await kube.newNamespace();
    const { events, log } = runAs(t, kube.url, kube.caFile, token, elsewhere);
    events.tell(failed);
    await events.settled();
    t.match(log.lines, [{ level: 'debug', fields: { reason: 'NodeOutsideSubnet', error: { failure: 'forbidden' } } }]);
    t.equal(log.lines.length, 1);
    t.strictSame(await eventsOf(kube, elsewhere), []);
  });

  t.test('an API server that does not answer is given up after half a second, one that is away at once', async (t) => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.teardown(() => silent.close());
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    for (const [server, limit] of [
      [`https://127.0.0.1:${port}`, 1000],
      ['https://127.0.0.1:1', 400],
    ] as const) {
      const { events, log } = runAs(t, server, kube.caFile, 'none', 'default');
      const start = performance.now();
      events.tell(failed);
      await events.settled();
      t.ok(performance.now() - start < limit, `${server}: ${Math.round(performance.now() - start)} ms`);
      t.equal(log.lines.length, 1);
    }
  });
});
