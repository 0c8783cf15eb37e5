import type { LiveObject } from '../../common/ports/kube-objects.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { OrchestratorSettings } from '../operation.ts';

/** The service that objects belong to. */
export interface ObjectOwner {
  readonly service: string;
  /** undefined where it is not known; then objects of an earlier service of this name pass for this one's. */
  readonly serviceUuid: string | undefined;
  /** For messages, in place of "service redis". */
  readonly called?: string;
}

/** What tells objects of the installation, whoever put them there: helm writes its own name into `managed-by` of all that it installs. */
const ofInstallation = {
  'app.kubernetes.io/name': 'firecamp',
  'app.kubernetes.io/component': 'installation',
} as const;

/** On what `firecamp install` makes: shared by all services of the namespace, and only the installation changes or deletes it. */
export const installedLabels = { ...ofInstallation, 'app.kubernetes.io/managed-by': 'firecamp' } as const;

/** Whether it is of an installation: by `firecamp install`, or by helm or a GitOps controller out of what `install render` printed. */
export function isInstalled(live: Pick<LiveObject, 'metadata'>): boolean {
  const labels = labelsOf(live);
  return Object.entries(ofInstallation).every(([name, value]) => labels[name] === value);
}

/** Whether it is of an installation that `firecamp install` changes and takes away; what helm installed is helm's. */
export function isInstalledByFirecamp(live: Pick<LiveObject, 'metadata'>): boolean {
  return isInstalled(live) && labelsOf(live)['app.kubernetes.io/managed-by'] === 'firecamp';
}

/** Whether a service that needs the object finds it there by the installation, which may have given it more: it is taken as it is. */
export function isLeftToInstallation(wanted: Pick<KubeObject, 'metadata'>, live: LiveObject | undefined): boolean {
  return live !== undefined && isInstalled(live) && wanted.metadata.labels['app.kubernetes.io/component'] === undefined;
}

type Labels = Readonly<Record<string, unknown>>;

/** Whether all services of the namespace share it, as the members' service account: its labels name no service. */
export function isShared({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return serviceOf(metadata.labels) === undefined;
}

/**
 * Why an object is not to be touched for this service, in words that end "StatefulSet redis …"; undefined when it is this service's.
 * Labels decide, as nothing else is on every kind.
 *
 * @param shared whether it should be one that all services of the namespace share
 */
export function strangeness(
  live: Pick<LiveObject, 'metadata'>,
  owner: ObjectOwner,
  { namespace, cluster }: Pick<OrchestratorSettings, 'namespace' | 'cluster'>,
  shared: boolean,
): string | undefined {
  const labels = labelsOf(live);
  const manager = labels['app.kubernetes.io/managed-by'];
  if (manager !== 'firecamp') return manager === undefined ? 'is not firecamp’s' : `is managed by ${String(manager)}`;
  if (shared) return undefined;
  const service = serviceOf(labels);
  if (service === undefined) return 'is shared by all services of the namespace';
  const place = live.metadata.namespace ?? labels['firecamp-namespace'];
  const where = `in namespace ${String(place ?? 'unknown')}`;
  if (service !== owner.service || place !== namespace) return `is of the service ${service} ${where}`;
  const itsCluster = labels['app.kubernetes.io/part-of'];
  if (itsCluster !== cluster) return `is of the service ${service} of cluster ${String(itsCluster)}`;
  const uuid = labels['firecamp-serviceuuid'];
  if (uuid === undefined || owner.serviceUuid === undefined || uuid === owner.serviceUuid) return undefined;
  return `is of another service ${service}, which had the UUID ${String(uuid)}`;
}

/** Labels of an object of the API server. */
export function labelsOf({ metadata }: Pick<LiveObject, 'metadata'>): Labels {
  const { labels } = metadata;
  return typeof labels === 'object' && labels !== null ? { ...labels } : {};
}

/** A task's objects have a label of their own, so that its pods are no members. */
function serviceOf(labels: Labels): string | undefined {
  const name = labels['firecamp-servicename'] ?? labels['firecamp-taskservice'];
  return typeof name === 'string' ? name : undefined;
}
