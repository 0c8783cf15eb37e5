import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { ApiClient } from '../../../../common/k8s/api-client.ts';
import { ApiFailedError } from '../../../../common/k8s/api-errors.ts';
import type { RecordWrite } from '../../../../common/ports/batch-record-store.ts';
import { systemClock } from '../../../../common/runtime/system-clock.ts';
import { ConfigMapBatchTable } from '../../../../common/store/k8sdb/config-map-batch-table.ts';
import { configMapRecordStore } from '../../../../common/store/k8sdb/open.ts';
import { configMapBatchStore } from '../../../../common/store/k8sdb/open-batches.ts';
import { TableBatchStore } from '../../../../common/store/table-batch-store.ts';
import { startKubeApi } from '../../../../scripts/rig/kube-api.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { recordBatchesContract } from '../../../contract/record-batches-contract.ts';
import { recordStoreContract } from '../../../contract/record-store-contract.ts';
import { samples, serviceUuid } from '../../../contract/sample-records.ts';
import golden from '../../../golden/config-maps.json' with { type: 'json' };
import { rejectionOf } from '../../../rejection.ts';

const live = { signal: new AbortController().signal };

test('k8sdb on a real kube-apiserver', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await startKubeApi();
  t.teardown(() => kube.stop());
  const folder = t.testdir();
  const clientOf = (token: string) => {
    const tokenFile = join(folder, `token-${token.slice(-12)}`);
    writeFileSync(tokenFile, token);
    const client = new ApiClient({ server: kube.url, caFile: kube.caFile, tokenFile });
    t.teardown(() => client.close());
    return client;
  };
  const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;

  t.test('keeps the contract of a record store', async (t) => {
    const retry = { clock: systemClock, random: Math.random };
    const harness = {
      newPlace: async () => {
        const namespace = await kube.newNamespace();
        const open = () => new ConfigMapBatchTable(clientOf(kube.adminToken), 'prod', namespace, retry, 3);
        return { open: () => new TableBatchStore(open(), 'prod') };
      },
    };
    await recordStoreContract(t, harness);
    await recordBatchesContract(t, harness);
  });

  t.test('finishes a batch although requests are throttled, fail, and answers are lost', async (t) => {
    const client = clientOf(kube.adminToken);
    let calls = 0;
    const request: ApiClient['request'] = async (method, path, options) => {
      const nth = ++calls;
      if (nth % 5 === 0) throw new ApiFailedError('throttled', 'too many', { effect: 'none', status: 429 });
      const reply = await client.request(method, path, options);
      if (nth % 7 === 0) throw new ApiFailedError('serverError', 'lost', { effect: 'unknown', status: 500 });
      return reply;
    };
    const retry = { clock: systemClock, random: () => 0 };
    const store = configMapBatchStore({ request }, 'prod', await kube.newNamespace(), retry);
    const wanted = Array.from({ length: 40 }, (_, index) => ({ ...samples.staticIp, ip: `10.0.5.${index}` }));
    const write = async (writes: readonly RecordWrite<'staticIp'>[]) => {
      const outcomes = await store.writeAll(writes, live);
      return outcomes.flatMap((outcome) => ('done' in outcome ? [outcome.done] : []));
    };
    const created = await write(wanted.map((record) => ({ op: 'create', kind: 'staticIp', record })));
    const changes = created
      .flatMap((current) => current ?? [])
      .map((current) => {
        const next = { ...current.record, zone: 'us-east-1b' };
        return { op: 'update', kind: 'staticIp', current, next } as const;
      });
    const updated = await write(changes);
    t.strictSame(
      updated.map((stored) => stored?.record),
      wanted.map((record) => ({ ...record, zone: 'us-east-1b', revision: 2n })),
      'each was done once, and none met its own first try',
    );
    const ips = wanted.map(({ ip }) => ip);
    t.equal((await store.addressRecords(serviceUuid, ips, live)).size, 40);
    const removed = await write(
      updated.flatMap((one) => (one ? [{ op: 'delete', kind: 'staticIp', current: one }] : [])),
    );
    t.equal(removed.length, 40);
    t.equal((await store.addressRecords(serviceUuid, ips, live)).size, 0);
  });

  t.test("reads FireCamp's ConfigMaps, and writes them the same to the byte", async (t) => {
    const [theirs, ours] = await Promise.all([kube.newNamespace(), kube.newNamespace()]);
    const reader = configMapRecordStore(clientOf(kube.adminToken), 'prod', theirs);
    const writer = configMapRecordStore(clientOf(kube.adminToken), 'prod', ours);
    for (const map of Object.values(golden)) await kube.admin('POST', configMaps(theirs), map);
    const { device, service, serviceAttr, member, configFile, staticIp } = samples;
    t.strictSame((await reader.get('device', device, live)).record, device);
    t.strictSame((await reader.get('service', service, live)).record, service);
    t.strictSame((await reader.get('serviceAttr', serviceAttr, live)).record, serviceAttr);
    t.strictSame((await reader.get('member', member, live)).record, member);
    t.strictSame((await reader.get('configFile', configFile, live)).record, configFile);
    t.strictSame((await reader.get('staticIp', staticIp, live)).record, staticIp);
    await writer.create('device', device, live);
    await writer.create('service', service, live);
    await writer.create('serviceAttr', serviceAttr, live);
    await writer.create('member', member, live);
    await writer.create('configFile', configFile, live);
    await writer.create('staticIp', staticIp, live);
    for (const [kind, map] of Object.entries(golden)) {
      const written = (await kube.admin('GET', `${configMaps(ours)}/${map.metadata.name}`)) as typeof map;
      t.strictSame(
        { labels: written.metadata.labels, data: written.data },
        { labels: map.metadata.labels, data: map.data },
        kind,
      );
    }
  });

  t.test('changes only what it owns in a ConfigMap, and moves its label with the address', async (t) => {
    const namespace = await kube.newNamespace();
    const store = configMapRecordStore(clientOf(kube.adminToken), 'prod', namespace);
    const { metadata, data } = golden.staticIp;
    const labels = { ...metadata.labels, team: 'data' };
    await kube.admin('POST', configMaps(namespace), {
      metadata: { ...metadata, labels },
      data: { ...data, Note: 'kept' },
    });
    const read = await store.get('staticIp', samples.staticIp, live);
    await store.update('staticIp', read, { ...samples.staticIp, serviceUuid: 'f'.repeat(32) }, live);
    t.match(await kube.admin('GET', `${configMaps(namespace)}/${metadata.name}`), {
      metadata: { labels: { team: 'data', firecamp: `firecamp-staticip-${'f'.repeat(32)}` } },
      data: { Note: 'kept', Revision: '2', StaticIP: '10.0.1.21' },
    });
  });

  t.test('does not take the records of another cluster in its namespace for its own', async (t) => {
    const namespace = await kube.newNamespace();
    const of = (cluster: string) => configMapRecordStore(clientOf(kube.adminToken), cluster, namespace);
    await of('prod').create('service', samples.service, live);
    t.equal((await of('prod').list('service', {}, live)).length, 1);
    t.strictSame(await of('staging').list('service', {}, live), []);
  });

  t.test('says that the namespace is missing, not the record', async (t) => {
    const store = configMapRecordStore(clientOf(kube.adminToken), 'prod', 'nowhere');
    const missing = { code: 'FC-REC-006', message: /namespace nowhere does not exist/ };
    t.match(await rejectionOf(store.get('staticIp', samples.staticIp, live)), missing);
    t.match(await rejectionOf(store.create('staticIp', samples.staticIp, live)), missing);
    t.match(await rejectionOf(store.list('device', {}, live)), missing);
  });

  t.test('tells a service account without rights what it may not, and needs no more than its role', async (t) => {
    const namespace = await kube.newNamespace();
    const store = configMapRecordStore(clientOf(await kube.serviceAccountToken(namespace, 'sa')), 'prod', namespace);
    const denied = {
      code: 'FC-REC-007',
      effect: 'none',
      transient: false,
      message: /cannot create resource "configmaps"/,
    };
    t.match(await rejectionOf(store.create('staticIp', samples.staticIp, live)), denied);
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const verbs = ['get', 'list', 'create', 'patch', 'delete'];
    await kube.admin('POST', `${rbac}/roles`, {
      metadata: { name: 'records' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
    });
    await kube.admin('POST', `${rbac}/rolebindings`, {
      metadata: { name: 'records' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'records' },
      subjects: [{ kind: 'ServiceAccount', name: 'sa', namespace }],
    });
    await eventually(() => store.list('device', {}, live));
    const created = await store.create('staticIp', samples.staticIp, live);
    const updated = await store.update('staticIp', created, samples.staticIp, live);
    await store.delete('staticIp', updated, live);
    t.match(await rejectionOf(store.get('staticIp', samples.staticIp, live)), { code: 'FC-REC-001' });
  });

  t.test('names a record that cannot be understood, and what is wrong with it', async (t) => {
    const namespace = await kube.newNamespace();
    const store = configMapRecordStore(clientOf(kube.adminToken), 'prod', namespace);
    const { metadata, data } = golden.member;
    await kube.admin('POST', configMaps(namespace), { metadata, data: { ...data, MemberSpec: '{"StaticIP":7}' } });
    const malformed = { code: 'FC-REC-002', message: /member myredis-0 .* MemberSpec\.StaticIP is no string/ };
    t.match(await rejectionOf(store.get('member', samples.member, live)), malformed);
    t.match(await rejectionOf(store.list('member', samples.member, live)), malformed);
  });
});

/** A new role is known to the authorizer only once its watch has seen it. */
async function eventually(call: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    if ((await rejectionOf(call())) === undefined) return;
  }
}
