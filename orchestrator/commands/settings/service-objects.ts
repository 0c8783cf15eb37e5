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
const ours = 'app.kubernetes.io/managed-by=firecamp';

/** The service of this name, by its StatefulSet or Deployment; undefined when there is neither. */
export async function knownService(
  kube: Objects,
  namespace: string,
  name: string,
  options: Options,
): Promise<KnownService | undefined> {
  for (const kind of mainKinds) {
    const found = await kube.get({ kind, namespace, name }, options);
    if (found !== 'absent') return knownBy(found);
  }
  return undefined;
}

/** The services of a namespace, or of all. */
export async function knownServices(
  kube: Objects,
  namespace: string | undefined,
  options: Options,
): Promise<readonly KnownService[]> {
  const scope = { labelSelector: ours, ...(namespace !== undefined && { namespace }) };
  const lists = await Promise.all(mainKinds.map((kind) => kube.list(kind, scope, options)));
  return lists.flatMap(({ items }) => items.map(knownBy));
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
