import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { textAt } from '../definition/field-reader.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { applyObjects } from '../objects/apply-objects.ts';
import { kinds } from '../objects/kinds.ts';
import { readObject } from '../objects/kube-calls.ts';
import { strangeness } from '../objects/object-owner.ts';
import type { Change, Operation } from '../operation.ts';
import type { OperationResult } from '../service-operations.ts';
import { installObjects } from './install-objects.ts';
import type { Installation } from './installation.ts';
import { installationOwner } from './installation-owner.ts';
import { prune } from './prune.ts';

const enforced = 'pod-security.kubernetes.io/enforce';

/** How objects that are there already are taken. */
interface InstallOptions {
  /** Takes fields that others have changed. Without, FC-K8S-007 names them, and nothing is written. */
  readonly force?: boolean;
}

/**
 * Makes a namespace ready for services: the namespace itself, the service accounts of members and manager, and what they may do. Over an
 * earlier installation, of whichever release, it changes what is different, takes back what is in it no more, and at last deletes the
 * objects that nothing needs any more; repeated after any end it goes on. A namespace that is there already and not firecamp's stays as it
 * is; the answer says what it lacks.
 *
 * @throws FirecampError FC-K8S-005 objects of somebody else, FC-K8S-006 the API server does not take one, FC-K8S-007 fields of another
 *   manager, FC-CFG-001 no namespace where there should be one; nothing is written then
 */
export async function install(
  operation: Operation,
  installation: Installation,
  options: InstallOptions = {},
): Promise<OperationResult> {
  const applied = await applyAll(operation, installation, options);
  return { changes: [...applied, ...(await prune(operation, installation))] };
}

async function applyAll(operation: Operation, installation: Installation, options: InstallOptions): Promise<Change[]> {
  const objects = installObjects(installation);
  const others = objects.filter(({ kind }) => kind !== 'Namespace');
  const ref = { kind: kinds.Namespace, name: installation.namespace };
  const live = await readObject(operation, ref);
  if (live === undefined && installation.existingNamespace) throw missing(installation.namespace);
  if (live === undefined && operation.dryRun === 'server') return await tryInAbsent(operation, objects);
  const why = live && strangeness(live, installationOwner, operation.settings, true);
  if (live === undefined || why === undefined)
    return await applyObjects(operation, objects, installationOwner, options);
  const changes = await applyObjects(operation, others, installationOwner, options);
  return [leftAsItIs(live, why), ...changes];
}

/** The API server cannot judge what would be in a namespace that is not there. */
async function tryInAbsent(operation: Operation, objects: readonly KubeObject[]): Promise<Change[]> {
  const isInside = (object: KubeObject) => object.metadata.namespace !== undefined;
  const outside = objects.filter((object) => !isInside(object));
  const judged = await applyObjects(operation, outside, installationOwner);
  const client: Operation = { ...operation, dryRun: 'client' };
  const assumed = await applyObjects(client, objects.filter(isInside), installationOwner);
  const changes = new Map([...judged, ...assumed].map((change) => [`${change.kind} ${change.name}`, change]));
  return objects.flatMap(({ kind, metadata }) => changes.get(`${kind} ${metadata.name}`) ?? []);
}

function missing(namespace: string): FirecampError {
  const message = `There is no namespace ${namespace}, and --existing-namespace leaves it to somebody else. Nothing was written.`;
  return new FirecampError('FC-CFG-001', message, { fields: { namespace } });
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
