import type { LiveObject, ObjectKind, ObjectScope } from '../../common/ports/kube-objects.ts';
import { together } from '../../common/runtime/together.ts';
import { textAt } from '../definition/field-reader.ts';
import { storageName } from '../manifests/names.ts';
import { kinds } from '../objects/kinds.ts';
import { serviceSelector } from '../status/read-pods.ts';
import type { Reading } from '../status/read-source.ts';
import { readOrWarn, type Warn } from './reading.ts';

/** The service's objects that the report has; Secrets and ConfigMaps are never read. */
export interface ServiceObjects {
  readonly pods: readonly LiveObject[];
  readonly others: readonly LiveObject[];
  readonly events: readonly LiveObject[];
}

const labelled = [
  kinds.StatefulSet,
  kinds.Deployment,
  kinds.Service,
  kinds.EndpointSlice,
  kinds.PersistentVolumeClaim,
  kinds.PodDisruptionBudget,
  kinds.Job,
] as const;

/** Reads the objects of a service, one list a kind. */
export async function serviceObjects(reading: Reading, service: string, warn: Warn): Promise<ServiceObjects> {
  const { namespace } = reading.settings;
  const scope = { namespace, labelSelector: serviceSelector(service) };
  const list = (kind: ObjectKind, where: ObjectScope) => async (signal: AbortSignal) => {
    const what = `Listing the ${kind.plural}${where.namespace === undefined ? '' : ` of ${service}`}`;
    const found = await readOrWarn({ ...reading, signal }, what, warn, (joined) =>
      reading.ports.kube.list(kind, where, { signal: joined }),
    );
    return found?.items ?? [];
  };
  const [pods = [], events = [], classes = [], volumes = [], ...others] = await together<(readonly LiveObject[])[]>(
    reading.signal,
    [
      list(kinds.Pod, scope),
      list(kinds.Event, { namespace }),
      list(kinds.StorageClass, {}),
      list(kinds.PersistentVolume, { labelSelector: scope.labelSelector }),
      ...labelled.map((kind) => list(kind, scope)),
    ],
  );
  const ownClasses = new Set([storageName(service, 'data'), storageName(service, 'journal')]);
  return {
    pods,
    others: [
      ...others.flat(),
      ...classes.filter(({ metadata }) => ownClasses.has(metadata.name)),
      // A service of that name may be in another namespace, too.
      ...volumes.filter((volume) => textAt(volume, 'spec', 'claimRef', 'namespace') === namespace),
    ],
    events: events.filter((event) => isAbout(event, service)),
  };
}

/** Events name what they are about, and all that a service has is called like it. */
function isAbout(event: LiveObject, service: string): boolean {
  const name = textAt(event, 'involvedObject', 'name') ?? '';
  return name === service || name.startsWith(`${service}-`);
}
