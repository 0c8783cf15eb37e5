import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { ApiObjects } from '../../../common/k8s/api-objects.ts';
import type { ObjectKind, WatchEvent } from '../../../common/ports/kube-objects.ts';
import { startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { RigUnavailableError } from '../../../scripts/rig/unavailable.ts';
import { openGate } from '../../e2e/harness/gate.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from './tls-server.ts';

const live = { signal: new AbortController().signal };
const configMaps: ObjectKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

function clientOf(t: Test, server: string, caFile: string, token: string): ApiObjects {
  const folder = mkdtempSync(join(tmpdir(), 'firecamp-watch-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, token);
  const client = new ApiClient({ server, caFile, tokenFile });
  t.teardown(() => client.close());
  return new ApiObjects(client);
}

/** An event in words: `ADDED a`, `LISTED a b`. */
function inWords(event: WatchEvent): string {
  const objects = event.type === 'LISTED' ? event.objects : [event.object];
  return [event.type, ...objects.map((object) => object.metadata.name)].join(' ');
}

const kube = await startKubeApi().catch((error: unknown) => {
  if (error instanceof RigUnavailableError) return error;
  throw error;
});

if (kube instanceof RigUnavailableError) test('watches a real API server', { skip: kube.message }, () => {});
else {
  test('tells every change though its connection is cut between them', async (t) => {
    t.teardown(() => kube.stop());
    const namespace = await kube.newNamespace();
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const create = (name: string) => kube.admin('POST', path, { metadata: { name } });
    await using gate = await openGate('127.0.0.1', Number(new URL(kube.url).port));
    const objects = clientOf(t, `https://127.0.0.1:${gate.port}`, kube.caFile, kube.adminToken);
    await create('a');
    const told: string[] = [];
    // What happens once an event was told: the next change, with the connection cut before, after or not at all.
    const steps: Readonly<Record<string, () => Promise<unknown>>> = {
      'LISTED a': () => create('b'),
      'ADDED b': async () => {
        gate.set('closed');
        await create('c');
        await kube.admin('PUT', `${path}/a`, { metadata: { name: 'a' }, data: { x: '1' } });
        gate.set('open');
      },
      'MODIFIED a': async () => {
        await kube.admin('DELETE', `${path}/b`);
        gate.set('closed');
        gate.set('open');
      },
    };
    for await (const event of objects.watch(configMaps, { namespace }, live)) {
      told.push(inWords(event));
      await steps[inWords(event)]?.();
      if (event.type === 'DELETED') break;
    }
    t.strictSame(told, ['LISTED a', 'ADDED b', 'ADDED c', 'MODIFIED a', 'DELETED b']);
  });
}

test('lists again when its version is gone, and waits out failures of the server', async (t) => {
  const object = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } });
  const list = (resourceVersion: string, ...items: object[]) =>
    JSON.stringify({ metadata: { resourceVersion }, items });
  const event = (type: string, of: object) => `${JSON.stringify({ type, object: of })}\n`;
  const answers: (readonly [number, string])[] = [
    [200, list('1', object('a', '1'))],
    [200, event('ADDED', object('b', '2')) + event('BOOKMARK', { metadata: { resourceVersion: '7' } })],
    [500, '{}'],
    [200, event('ERROR', { code: 410, reason: 'Expired' })],
    [429, '{}'],
    [200, list('20')],
    [410, '{"kind":"Status","reason":"Expired"}'],
    [200, list('30', object('c', '29'))],
    [200, `${event('DELETED', object('c', '31'))}{"type":"ADD`],
    [403, '{"kind":"Status","reason":"Forbidden"}'],
  ];
  const asked: (string | null)[] = [];
  const served = await tlsServer(t, (request, response) => {
    const query = new URL(request.url ?? '/', 'https://x').searchParams;
    asked.push(query.has('watch') ? query.get('resourceVersion') : 'list');
    const [status, body] = answers.shift() ?? [500, '{}'];
    response.writeHead(status).end(body);
  });
  const objects = clientOf(t, served.server, served.caFile, 'any');
  const told: string[] = [];
  const watching = (async () => {
    for await (const one of objects.watch(configMaps, {}, live)) told.push(inWords(one));
  })();
  t.match(await rejectionOf(watching), { code: 'FC-K8S-002', failure: 'forbidden' });
  t.strictSame(told, ['LISTED a', 'ADDED b', 'LISTED', 'LISTED c', 'DELETED c']);
  t.strictSame(asked, ['list', '1', '7', '7', 'list', 'list', '20', 'list', '30', '31']);
});

test('ends a quiet watch when it is cancelled', async (t) => {
  const cancel = new AbortController();
  const served = await tlsServer(t, (_, response) => {
    response.writeHead(200).flushHeaders();
    setImmediate(() => cancel.abort(new Error('enough')));
  });
  const objects = clientOf(t, served.server, served.caFile, 'any');
  const watch = objects.watch(configMaps, {}, { signal: cancel.signal, from: '5' });
  const next = watch[Symbol.asyncIterator]().next();
  t.match(await rejectionOf(next), { code: 'FC-CLM-005', cause: { message: 'enough' } });
});
