import { test } from 'tap';
import type { ServiceDefinition } from '../../../orchestrator/definition/service-definition.ts';
import { taskJob } from '../../../orchestrator/manifests/job.ts';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import type { ClusterFacts } from '../../../orchestrator/manifests/service-facts.ts';
import { serviceManifests } from '../../../orchestrator/manifests/service-manifests.ts';
import { staticMembers } from '../../../orchestrator/manifests/services.ts';
import { statefulSet } from '../../../orchestrator/manifests/stateful-set.ts';
import { type KubeApi, startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { bare, cluster, facts, nothingKnown, oldCluster, redis, stateless } from './sample-service.ts';

/** What the API server writes by itself: nobody can set it, so no comparison looks at it. */
const serverOwned = {
  metadata: ['creationTimestamp', 'finalizers', 'generation', 'managedFields', 'resourceVersion', 'uid'],
  clusterService: ['clusterIP', 'clusterIPs'],
  jobLabels: ['batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name', 'controller-uid', 'job-name'],
} as const;

const folders: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceaccounts',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  StorageClass: 'storageclasses',
  Service: 'services',
  EndpointSlice: 'endpointslices',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  PodDisruptionBudget: 'poddisruptionbudgets',
  StatefulSet: 'statefulsets',
  Deployment: 'deployments',
  Job: 'jobs',
};

function pathOf({ apiVersion, kind, metadata }: KubeObject, rest = '?dryRun=All&fieldValidation=Strict'): string {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  return `${group}${namespace}/${folders[kind]}${rest}`;
}

function without(from: unknown, fields: readonly string[]): unknown {
  if (typeof from !== 'object' || from === null) return from;
  return Object.fromEntries(Object.entries(from).filter(([name]) => !fields.includes(name)));
}

/** The object as it would be stored, but for what is the server's own. */
function comparable(sent: KubeObject, stored: unknown): unknown {
  const { status, metadata, spec, ...rest } = stored as Record<string, unknown>;
  const object = { ...rest, metadata: without(metadata, serverOwned.metadata) };
  if (spec === undefined) return object;
  if (sent.kind === 'Job') {
    const { template, selector, ...job } = spec as { template: KubeObject; selector: unknown };
    const labels = without(template.metadata.labels, serverOwned.jobLabels);
    const own = { ...template, metadata: without({ ...template.metadata, labels }, serverOwned.metadata) };
    return { ...object, spec: { ...job, template: own } };
  }
  const headless = (sent['spec'] as Record<string, unknown>)['clusterIP'] === 'None';
  return { ...object, spec: sent.kind === 'Service' && !headless ? without(spec, serverOwned.clusterService) : spec };
}

interface Sample {
  readonly what: string;
  readonly objects: (namespace: string) => KubeObject[];
}

function sample(what: string, service: ServiceDefinition, known = facts, where: ClusterFacts = cluster): Sample {
  return { what, objects: (namespace) => serviceManifests({ ...service, namespace }, known, where) };
}

const samples: Sample[] = [
  sample('a service with everything', redis),
  sample('a service of which nothing is known yet', redis, nothingKnown),
  sample('a service with next to nothing', bare, nothingKnown),
  sample('a service with names but no static IPs', { ...redis, staticIp: false }),
  sample('a service on a cluster before native sidecars', redis, facts, oldCluster),
  sample('a service with TESTMODE', { ...redis, testMode: true }),
  sample('a service with the longest name that works', { ...redis, name: 'r'.repeat(52) }),
  sample('a stateless service', stateless, nothingKnown),
  {
    what: 'a task',
    objects: (namespace) => [
      taskJob({ ...redis, namespace }, facts, { type: 'init', image: 'redis', env: { A: 'b' } }),
      taskJob({ ...bare, namespace }, nothingKnown, { type: 'init', image: 'redis:1@sha256:0', env: {} }),
      taskJob({ ...stateless, namespace }, facts, {
        type: 'init',
        image: 'redis',
        command: ['sh', '-c', 'true'],
        env: {},
      }),
    ],
  },
];

async function dryRun(api: KubeApi, object: KubeObject): Promise<unknown> {
  return comparable(object, await api.admin('POST', pathOf(object), object));
}

test('on a real kube-apiserver', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  for (const { what, objects } of samples) {
    t.test(`${what}: every object is accepted, and nothing is added that a second diff would show`, async (t) => {
      for (const object of objects(namespace)) {
        t.strictSame(await dryRun(api, object), object, `${object.kind} ${object.metadata.name}`);
      }
    });
  }

  t.test('what is learned of a service after its creation can be put into its objects', async (t) => {
    const service = { ...redis, namespace: await api.newNamespace() };
    const [before, after] = [nothingKnown, facts].map((known) => statefulSet(service, known, cluster));
    if (!before || !after) throw new Error('two StatefulSets are compared');
    await api.admin('POST', pathOf(before, ''), before);
    const stored = await api.admin('PUT', pathOf(after, `/${after.metadata.name}`), after);
    t.strictSame(comparable(after, stored), after);
    const again = await api.admin('PUT', pathOf(after, `/${after.metadata.name}`), after);
    t.match(again, { metadata: { generation: 2 } }, 'and putting the same again changes nothing');
    t.match(stored, { metadata: { generation: 2 } });
  });

  t.test('a thousand members with static IPs fit into one EndpointSlice', async (t) => {
    const members = Array.from({ length: 1000 }, (_, ordinal) => ({
      ...{ ordinal, zone: 'us-east-1a', subnetId: undefined, dataVolumeId: undefined, journalVolumeId: undefined },
      staticIp: `10.0.${8 + (ordinal >> 8)}.${ordinal & 255}`,
    }));
    for (const object of staticMembers({ ...redis, namespace, replicas: 1000 }, { ...facts, members })) {
      t.strictSame(await dryRun(api, object), object, object.kind);
    }
  });
});
