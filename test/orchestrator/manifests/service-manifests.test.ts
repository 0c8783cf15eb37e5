import { test } from 'tap';
import { taskJob } from '../../../orchestrator/manifests/job.ts';
import { parseKubeVersion } from '../../../orchestrator/manifests/kube-version.ts';
import { serviceManifests } from '../../../orchestrator/manifests/service-manifests.ts';
import { specOf } from './parts.ts';
import { cluster, facts, nothingKnown, redis, stateless } from './sample-service.ts';

const kinds = (objects: readonly { readonly kind: string }[]) => [...new Set(objects.map(({ kind }) => kind))];

test('a service’s objects come in the order in which they need each other', async (t) => {
  t.strictSame(kinds(serviceManifests(redis, facts, cluster)), [
    ...['ServiceAccount', 'Role', 'RoleBinding', 'StorageClass', 'PersistentVolume', 'Service', 'EndpointSlice'],
    ...['PodDisruptionBudget', 'PersistentVolumeClaim', 'StatefulSet'],
  ]);
  t.strictSame(kinds(serviceManifests(stateless, nothingKnown, cluster)), [
    ...['Service', 'PodDisruptionBudget', 'Deployment'],
  ]);
});

test('with TESTMODE there is nothing of EBS', async (t) => {
  const found = kinds(serviceManifests({ ...redis, testMode: true }, facts, cluster));
  t.notOk(found.some((kind) => ['StorageClass', 'PersistentVolume', 'PersistentVolumeClaim'].includes(kind)));
});

test('the same input gives the same bytes, and nothing that JSON would leave out', async (t) => {
  const once = serviceManifests(redis, facts, cluster);
  t.equal(JSON.stringify(serviceManifests(redis, facts, cluster)), JSON.stringify(once));
  t.strictSame(JSON.parse(JSON.stringify(once)), once);
});

test('members may read and change records only where the records are ConfigMaps', async (t) => {
  const rules = (dbType: 'clouddb' | 'k8sdb') =>
    serviceManifests({ ...redis, dbType }, facts, cluster).find(({ kind }) => kind === 'Role')?.['rules'];
  const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
  const events = { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'get', 'patch'] };
  t.strictSame(rules('clouddb'), [pods, events]);
  const records = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'] };
  t.strictSame(rules('k8sdb'), [pods, events, records]);
});

test('a task’s pods are no members: no Service or disruption budget counts them', async (t) => {
  const job = taskJob(redis, facts, { type: 'init', image: 'redis:7.4', env: {} });
  t.equal(job.metadata.name, 'redis-init');
  t.match(specOf(job), { backoffLimit: 2, template: { spec: { restartPolicy: 'Never' } } });
  t.notOk('firecamp-servicename' in (specOf(job)['template'] as { metadata: { labels: object } }).metadata.labels);
});

test('a version of Kubernetes is understood as clusters write it, and nothing else is', async (t) => {
  t.strictSame(['1.34', 'v1.28.9', '1.29+', 'v1.31.2-eks-94953ac'].map(parseKubeVersion), [
    { major: 1, minor: 34 },
    { major: 1, minor: 28 },
    { major: 1, minor: 29 },
    { major: 1, minor: 31 },
  ]);
  t.strictSame(['', '1', 'latest', '1.x', '1.34rc'].map(parseKubeVersion), Array(5).fill(undefined));
});
