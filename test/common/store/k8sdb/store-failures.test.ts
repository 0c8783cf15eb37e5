import type { RequestListener } from 'node:http';
import { type Test, test } from 'tap';
import { ApiClient } from '../../../../common/k8s/api-client.ts';
import { configMapRecordStore } from '../../../../common/store/k8sdb/open.ts';
import { startKubeApi } from '../../../../scripts/rig/kube-api.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { samples } from '../../../contract/sample-records.ts';
import { rejectionOf } from '../../../rejection.ts';
import { tlsServer } from '../../k8s/tls-server.ts';

const live = { signal: new AbortController().signal };

/** A store whose API server is played by `answer`. */
async function storeAnswered(t: Test, answer: RequestListener, namespace = 'redis') {
  const client = new ApiClient({ ...(await tlsServer(t, answer)), timeoutMs: 500 });
  t.teardown(() => client.close());
  const store = configMapRecordStore(client, 'prod', namespace);
  const stored = { record: samples.staticIp, version: '7' };
  return {
    get: () => rejectionOf(store.get('staticIp', samples.staticIp, live)),
    update: () => rejectionOf(store.update('staticIp', stored, samples.staticIp, live)),
    remove: () => rejectionOf(store.delete('staticIp', stored, live)),
    create: () => rejectionOf(store.create('staticIp', samples.staticIp, live)),
    list: () => store.list('device', {}, live),
  };
}

test('passes on whether a write may have happened, and when to come back', async (t) => {
  let status = 0;
  const { update, create, remove, get } = await storeAnswered(t, (_, response) => {
    response.writeHead(status, { 'retry-after': '3' }).end('{"kind":"Status","message":"words of the server"}');
  });
  status = 500;
  const maybe = { code: 'FC-REC-005', effect: 'unknown', transient: true, message: /may have taken effect/ };
  for (const write of [update, create, remove]) t.match(await write(), maybe);
  t.match(await get(), { code: 'FC-REC-005', effect: 'none', transient: true });
  status = 429;
  const later = { code: 'FC-REC-005', effect: 'none', transient: true, retryAfterSeconds: 3 };
  for (const call of [update, create, remove, get]) t.match(await call(), later);
  status = 401;
  for (const call of [update, get]) t.match(await call(), { code: 'FC-REC-007', effect: 'none', transient: false });
  status = 422;
  for (const write of [update, create, remove]) {
    t.match(await write(), { code: 'FC-REC-005', effect: 'none', transient: false, message: /words of the server/ });
  }
});

test('knows that a lost race changed nothing although it cannot learn who won', async (t) => {
  const { update, create, remove } = await storeAnswered(t, (request, response) => {
    const reason = request.method === 'POST' ? 'AlreadyExists' : 'Conflict';
    if (request.method === 'GET') response.destroy();
    else response.writeHead(409).end(JSON.stringify({ kind: 'Status', reason }));
  });
  for (const write of [update, create, remove]) {
    t.match(await write(), { code: 'FC-REC-005', effect: 'none', transient: true });
  }
});

test('begins a list again whose continuation is no longer valid', async (t) => {
  const queries: string[] = [];
  const name = (page: number) => ({ ClusterName: 'prod', DeviceName: `/dev/xvd${page}`, ServiceName: 's' });
  const item = (page: number) => ({ metadata: { resourceVersion: '1' }, data: name(page) });
  const { list } = await storeAnswered(t, (request, response) => {
    queries.push(new URL(request.url ?? '', 'https://x').searchParams.get('continue') ?? '');
    if (queries.length === 1) response.end(JSON.stringify({ metadata: { continue: 'old' }, items: [item(1)] }));
    else if (queries.length === 2) response.writeHead(410).end('{"kind":"Status","reason":"Expired"}');
    else response.end(JSON.stringify({ metadata: {}, items: [item(2), item(3)] }));
  });
  const names = (await list()).map(({ record }) => record.deviceName);
  t.strictSame(names, ['/dev/xvd2', '/dev/xvd3'], 'nothing of the first attempt is kept');
  t.strictSame(queries, ['', 'old', '']);
});

test('does not take a reply for a record that is none', async (t) => {
  const { get } = await storeAnswered(t, (_, response) => response.end('{"kind":"ConfigMap","data":{"Revision":1}}'));
  t.match(await get(), { code: 'FC-REC-002', message: /resourceVersion is missing/ });
});

test('a write whose reply was lost took effect on a real kube-apiserver, and is reported as unknown', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await startKubeApi();
  t.teardown(() => kube.stop());
  const namespace = await kube.newNamespace();
  const { create } = await storeAnswered(
    t,
    async (request, response) => {
      const body: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString());
      await kube.admin(request.method ?? '', request.url ?? '', body);
      response.destroy();
    },
    namespace,
  );
  t.match(await create(), { code: 'FC-REC-005', effect: 'unknown', transient: true });
  const maps = `/api/v1/namespaces/${namespace}/configmaps/firecamp-staticip-10.0.1.21`;
  t.match(await kube.admin('GET', maps), { data: { Revision: '1' } });
});
