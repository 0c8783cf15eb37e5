import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ApiClient } from '../../../common/k8s/api-client.ts';
import { PodEvents } from '../../../common/k8s/events.ts';
import { ApiPods } from '../../../common/k8s/pods.ts';
import { namespace, startKubeEndpoint } from '../../../scripts/demo/kube-endpoint.ts';
import { MemoryLog } from '../../fakes/memory-log.ts';
import { rejectionOf } from '../../rejection.ts';

/** The product's own client of an endpoint, with this token or the right one. */
async function open(t: Test, token?: string) {
  const endpoint = await startKubeEndpoint('127.0.0.1');
  t.teardown(() => endpoint[Symbol.asyncDispose]());
  const dir = t.testdir({});
  const caFile = join(dir, 'ca');
  const tokenFile = join(dir, 'token');
  writeFileSync(caFile, endpoint.ca);
  writeFileSync(tokenFile, token ?? endpoint.token);
  const client = new ApiClient({ server: endpoint.url, caFile, tokenFile });
  t.teardown(() => client.close());
  const pods = new ApiPods(client);
  return { endpoint, client, get: () => pods.get(namespace, 'redis-0', { signal: AbortSignal.timeout(10_000) }) };
}

t.test('a pod is what it was made, over TLS that the client of the product trusts', async (t) => {
  const { endpoint, get } = await open(t);
  const { uid } = endpoint.create('redis-0', '10.0.1.11', 'node-1');
  t.match(await get(), { uid, deletionTimestamp: undefined, phase: 'Running', hostIp: '10.0.1.11' });
  t.match(endpoint.calls, [{ asked: 'pods', operation: 'GET pod' }]);
});

t.test('a deleted pod has a deletionTimestamp until it is removed, and then is gone', async (t) => {
  const { endpoint, get } = await open(t);
  endpoint.create('redis-0', '10.0.1.11', 'node-1');
  endpoint.markDeleted('redis-0', 30);
  t.match(await get(), { deletionTimestamp: /Z$/ });
  endpoint.remove('redis-0');
  t.equal(await get(), 'gone');
});

t.test('a pod in place of another has another UID', async (t) => {
  const { endpoint, get } = await open(t);
  const before = endpoint.create('redis-0', '10.0.1.11', 'node-1');
  const after = endpoint.create('redis-0', '10.0.1.12', 'node-1');
  t.not(after.uid, before.uid);
  t.match(await get(), { uid: after.uid });
});

t.test('another token than the endpoint’s is refused', async (t) => {
  const { get } = await open(t, 'another');
  t.equal(await get(), 'refused');
});

t.test('an Event is taken, and no other change', async (t) => {
  const { endpoint, client } = await open(t);
  const log = new MemoryLog();
  const source = {
    namespace,
    podName: 'redis-0',
    podUid: 'cafe',
    program: 'firecamp-initcontainer',
    nodeName: 'node-1',
  };
  const events = new PodEvents(client, source, log);
  events.tell({ action: 'ClaimStaticIP', reason: 'StaticIPClaimed', note: 'Claimed.', subject: 'epoch 1' });
  await events.settled();
  t.strictSame(log.lines, []);
  t.match(endpoint.calls, [{ asked: 'pods', operation: 'POST events', body: /"note":"Claimed\."/ }]);
  const signal = AbortSignal.timeout(10_000);
  const refused = client.request('DELETE', `/api/v1/namespaces/${namespace}/pods/redis-0`, { signal });
  t.match(await rejectionOf(refused), { status: 405 });
});
