import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { assertStaticIpWhereRequired, readMember } from '../../common/address/member-records.ts';
import { ApiClient } from '../../common/k8s/api-client.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import { configMapRecordStore } from '../../common/store/k8sdb/open.ts';
import { readClaimConfig } from '../../initcontainer/config.ts';
import { type KubeApi, startKubeApi } from '../../scripts/rig/kube-api.ts';
import { needs } from '../../scripts/rig/requirements.ts';
import { readReleaseConfig } from '../../stopcontainer/config.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'examples');

const collections: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  Service: '/api/v1/namespaces/NS/services',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
  StatefulSet: '/apis/apps/v1/namespaces/NS/statefulsets',
};

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
}

interface Created {
  readonly kind: string;
  readonly spec?: { readonly template: { readonly spec: { readonly initContainers: readonly Container[] } } };
}

interface Container {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly env: readonly Variable[];
}

/** What kubelet would put for a field of the pod. */
const fields: Readonly<Record<string, string>> = {
  'metadata.name': 'myredis-0',
  'metadata.namespace': 'default',
  'metadata.uid': '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e',
  'status.hostIP': '10.0.1.11',
};

test('the example is what a real API server accepts and both programs can be configured by', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  const created = new Map<string, Created>();
  for (const document of documentsOf('myredis.yaml')) {
    const kind = /^kind: (\w+)$/m.exec(document)?.[1] ?? '';
    const { status, text } = await tryCreating(api, (collections[kind] ?? '').replace('NS', namespace), document);
    t.equal(status, 201, `${kind}: ${text.slice(0, 500)}`);
    if (status === 201) created.set(kind, JSON.parse(text) as Created);
  }
  t.same([...created.keys()].toSorted(), Object.keys(collections).toSorted());

  const containers = created.get('StatefulSet')?.spec?.template.spec.initContainers ?? [];
  t.match(
    containers,
    [{ name: 'memberstop-myredis', restartPolicy: 'Always' }, { name: 'memberinit-myredis' }],
    'the stop container is a sidecar, and stands first',
  );
  const [stop, init] = containers.map(environment);
  t.match(readReleaseConfig([], stop ?? {}).values, { testMode: false, memberName: 'myredis-0' });
  t.match(readClaimConfig([], init ?? {}).values, { testMode: false, memberName: 'myredis-0', hostIp: '10.0.1.11' });
});

test('the example’s records are found and understood as those of a member that nobody has claimed yet', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  for (const document of documentsOf('myredis-records.yaml')) {
    const { status, text } = await tryCreating(api, `/api/v1/namespaces/${namespace}/configmaps`, document);
    t.equal(status, 201, text.slice(0, 500));
  }
  const client = new ApiClient({ server: api.url, caFile: api.caFile, tokenFile: await tokenFile(t, api) });
  t.teardown(() => client.close());
  const store = configMapRecordStore(client, 'prod', namespace);
  const { signal } = new AbortController();
  const name = { cluster: 'prod', serviceName: 'myredis', serviceUuid: undefined, memberName: 'myredis-0' };
  const ports = { store, clock: systemClock, random: Math.random };
  const { attr, member } = await readMember(ports, { ...name, namespace: 'default' }, signal);
  assertStaticIpWhereRequired(attr, member);
  const { record } = await store.get('staticIp', { ip: member.staticIp }, { signal });
  t.match(record, { serviceUuid: attr.serviceUuid, zone: member.zone, owner: undefined, interfaceId: '' });
});

async function tokenFile(t: Test, api: KubeApi): Promise<string> {
  const file = join(t.testdir(), 'token');
  await writeFile(file, api.adminToken);
  return file;
}

function environment(container: Container): Record<string, string | undefined> {
  return Object.fromEntries(
    container.env.map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom?.fieldRef.fieldPath ?? '']]),
  );
}

function documentsOf(file: string): string[] {
  return readFileSync(join(folder, file), 'utf8').split(/^---$/m);
}

/** Creates the YAML's object; a field that the API does not know is refused. */
async function tryCreating(api: KubeApi, collection: string, yaml: string): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = {
    authorization: `Bearer ${api.adminToken}`,
    'content-type': 'application/yaml',
    accept: 'application/json',
  };
  const url = new URL(`${collection}?fieldValidation=Strict`, api.url);
  const options = { method: 'POST', headers, ca: readFileSync(api.caFile), agent: false };
  request(url, options, async (response) => {
    const text = Buffer.concat(await response.toArray()).toString('utf8');
    resolve({ status: response.statusCode ?? 0, text });
  })
    .on('error', reject)
    .end(yaml);
  return promise;
}
