import type { KubeObjects, LiveObject } from '../../../common/ports/kube-objects.ts';
import { kinds } from '../../objects/kinds.ts';

/** What the main object of a service says of the FireCamp cluster that it is of. */
export interface KnownService {
  readonly name: string;
  readonly namespace: string;
  readonly type: 'stateful' | 'stateless';
  readonly cluster: string | undefined;
  readonly dbType: 'clouddb' | 'k8sdb' | undefined;
  readonly region: string | undefined;
  readonly replicas: number;
}

type Objects = Pick<KubeObjects, 'get' | 'list'>;
type Options = { readonly signal: AbortSignal };

const mainKinds = [kinds.StatefulSet, kinds.Deployment];
/** FireCamp's label, which the StatefulSets of its own clusters have, too. */
const serviceLabel = 'firecamp-servicename';

/** The service of this name, by its StatefulSet or Deployment, or by its record; undefined when none of them is there. */
export async function knownService(
  kube: Objects,
  namespace: string,
  name: string,
  options: Options,
): Promise<KnownService | undefined> {
  const live: LiveObject[] = [];
  for (const kind of mainKinds) {
    const found = await kube.get({ kind, namespace, name }, options);
    if (found !== 'absent') live.push(found);
  }
  const all = await withRecords(kube, namespace, live.slice(0, 1).map(knownBy), options);
  return all.find((service) => service.name === name);
}

/** The services of a namespace, or of all. */
export async function knownServices(
  kube: Objects,
  namespace: string | undefined,
  options: Options,
): Promise<readonly KnownService[]> {
  const scope = { labelSelector: serviceLabel, ...(namespace !== undefined && { namespace }) };
  const lists = await Promise.all(mainKinds.map((kind) => kube.list(kind, scope, options)));
  const known = lists.flatMap(({ items }) => items.map(knownBy));
  return await withRecords(kube, namespace, known, options);
}

/** What the objects leave open the records may say, where they are ConfigMaps; they are asked only then. */
async function withRecords(
  kube: Objects,
  namespace: string | undefined,
  known: readonly KnownService[],
  options: Options,
): Promise<readonly KnownService[]> {
  const isOpen = ({ cluster, dbType, type }: KnownService) => cluster === undefined || (!dbType && type === 'stateful');
  if (known.length > 0 && !known.some(isOpen)) return known;
  const recorded = await recordedServices(kube, namespace, options);
  const of = (one: KnownService) => (other: KnownService) =>
    one.name === other.name && one.namespace === other.namespace && (one.cluster ?? other.cluster) === other.cluster;
  const completed = known.map((one) => {
    const { cluster, dbType } = recorded.find(of(one)) ?? one;
    return { ...one, cluster: one.cluster ?? cluster, dbType: one.dbType ?? dbType };
  });
  return [...completed, ...recorded.filter((one) => !completed.some(of(one)))];
}

/** A creation or a deletion that was cut off leaves records and no StatefulSet. Those that are ConfigMaps say whose they are. */
async function recordedServices(
  kube: Objects,
  namespace: string | undefined,
  options: Options,
): Promise<readonly KnownService[]> {
  const scope = { labelSelector: 'firecamp=service', ...(namespace !== undefined && { namespace }) };
  const { items: maps } = await kube.list(kinds.ConfigMap, scope, options);
  return maps.flatMap((map): KnownService[] => {
    const cluster = field(field(map, 'data'), 'ClusterName');
    const name = field(field(map, 'data'), 'ServiceName');
    if (typeof cluster !== 'string' || typeof name !== 'string') return [];
    const { namespace: of = '' } = map.metadata;
    return [{ name, namespace: of, type: 'stateful', cluster, dbType: 'k8sdb', region: undefined, replicas: 0 }];
  });
}

function knownBy(object: LiveObject): KnownService {
  const { name, namespace = '', labels } = object.metadata;
  const cluster = field(labels, 'app.kubernetes.io/part-of');
  const spec = field(object, 'spec');
  const podSpec = field(field(spec, 'template'), 'spec');
  const init = items(field(podSpec, 'initContainers')).find((one) => field(one, 'name') === `memberinit-${name}`);
  const told = (variable: string) => {
    const value = field(
      items(field(init, 'env')).find((one) => field(one, 'name') === variable),
      'value',
    );
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const dbType = told('DB_TYPE');
  const replicas = field(spec, 'replicas');
  return {
    name,
    namespace,
    type: object.kind === 'Deployment' ? 'stateless' : 'stateful',
    cluster: typeof cluster === 'string' ? cluster : undefined,
    dbType: dbType === 'clouddb' || dbType === 'k8sdb' ? dbType : undefined,
    region: told('AWS_REGION'),
    replicas: typeof replicas === 'number' ? replicas : 0,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
