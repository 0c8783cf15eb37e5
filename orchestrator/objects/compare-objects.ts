import { FirecampError } from '../../common/domain/errors.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import type { ObjectDifference } from '../service-operations.ts';
import { comparable, comparableNew } from './comparable-object.ts';
import { dryRunOne } from './dry-run-one.ts';
import { fieldDifferences } from './field-differences.ts';
import { named, requestsAtOnce } from './kube-calls.ts';
import { lookAtObjects, type Seen } from './look-at-objects.ts';
import type { ObjectOwner } from './object-owner.ts';

/**
 * The objects as they are and as an apply would make them, by the API server's dry run: its defaults, what others added and what only it
 * writes make no difference. Fields that somebody else manages are shown as if they were taken. Nothing is written.
 *
 * @throws FirecampError FC-K8S-005 objects of somebody else, FC-K8S-006 the API server does not take one
 */
export async function compareObjects(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  objects: readonly KubeObject[],
  owner: ObjectOwner,
): Promise<ObjectDifference[]> {
  const seen = await lookAtObjects(operation, objects, owner);
  const compared = await bounded(operation.signal, seen, requestsAtOnce, async (one, signal) =>
    compareOne({ ports: operation.ports, signal }, one),
  );
  const rejected = compared.flatMap((answer) => ('rejected' in answer ? [answer.rejected] : []));
  if (rejected.length > 0) {
    const { service } = owner;
    const { namespace } = operation.settings;
    const message = `The API server does not take the objects of service ${service} in namespace ${namespace}: ${rejected.join('; ')}`;
    throw new FirecampError('FC-K8S-006', message, { fields: { service, namespace, objects: rejected } });
  }
  return compared.flatMap((answer) => ('rejected' in answer ? [] : [answer]));
}

async function compareOne(
  operation: Pick<Operation, 'ports' | 'signal'>,
  seen: Seen,
): Promise<ObjectDifference | { readonly rejected: string }> {
  const { ref, wanted } = seen;
  const object = named(ref);
  const { live, answer } = await dryRunOne(operation, seen, { force: true });
  if (answer.outcome !== 'applied') return { rejected: `${object}: ${answer.words}` };
  if (live === undefined) {
    return { object, action: 'create', live: undefined, wanted: comparableNew(answer.object, wanted) };
  }
  const [before, after] = [comparable(live), comparable(answer.object)];
  const action = fieldDifferences(before, after).length === 0 ? 'none' : 'update';
  return { object, action, live: before, wanted: after };
}
