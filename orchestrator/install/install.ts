import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { kinds } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import { strangeness } from '../objects/object-owner.ts';
import type { Change, Operation } from '../operation.ts';
import type { OperationResult } from '../service-operations.ts';
import { type Installation, installObjects } from './install-objects.ts';
import { installationOwner } from './installation-owner.ts';

const enforced = 'pod-security.kubernetes.io/enforce';

/**
 * Makes a namespace ready for services: the namespace itself, the service accounts of members and manager, and what they may do. Repeated it
 * goes on, and takes what changed. A namespace that is there already and not firecamp's stays as it is; the answer says what it lacks.
 *
 * @throws FirecampError FC-K8S-005 objects of somebody else, FC-K8S-006 the API server does not take one, FC-K8S-007 fields of another
 *   manager; nothing is written then
 */
export async function install(operation: Operation, installation: Installation): Promise<OperationResult> {
  const [namespace, ...others] = installObjects(installation);
  if (namespace === undefined) return { changes: [] };
  const ref = { kind: kinds.Namespace, name: installation.namespace };
  const live = await readObject(operation, ref);
  const why = live && strangeness(live, installationOwner, operation.settings, true);
  if (live !== undefined && why !== undefined) {
    const changes = await applyObjects(operation, others, installationOwner);
    return { changes: [leftAsItIs(live, why), ...changes] };
  }
  if (live === undefined && operation.dryRun === 'server') return await tryInAbsent(operation, namespace, others);
  return { changes: await applyObjects(operation, [namespace, ...others], installationOwner) };
}

/** The API server cannot judge what would be in a namespace that is not there. */
async function tryInAbsent(
  operation: Operation,
  namespace: KubeObject,
  others: readonly KubeObject[],
): Promise<OperationResult> {
  const isInside = (object: KubeObject) => object.metadata.namespace !== undefined;
  const outside = others.filter((object) => !isInside(object));
  const judged = await applyObjects(operation, [namespace, ...outside], installationOwner);
  const client: Operation = { ...operation, dryRun: 'client' };
  const assumed = await applyObjects(client, others.filter(isInside), installationOwner);
  return { changes: [...judged, ...assumed] };
}

function leftAsItIs(live: LiveObject, why: string): Change {
  const { name } = live.metadata;
  const level = textAt(live, 'metadata', 'labels', enforced) ?? 'privileged';
  const lack =
    level === 'privileged'
      ? ''
      : `; it forbids members (Pod Security level ${level}): kubectl label --overwrite namespace ${name} ${enforced}=privileged`;
  return { action: 'keep', kind: 'Namespace', name, detail: `it ${why}${lack}` };
}
