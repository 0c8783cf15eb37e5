import { bounded } from '../../common/runtime/bounded.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import type { ObjectDifference } from '../service-operations.ts';
import { comparable, comparableNew } from './comparable-object.ts';
import { dryRunOne, type Tried } from './dry-run-one.ts';
import { fieldDifferences } from './field-differences.ts';
import { named, requestsAtOnce } from './kube-calls.ts';
import { lookAtObjects } from './look-at-objects.ts';
import { isLeftToInstallation, type ObjectOwner } from './object-owner.ts';
import { refuseApplied } from './refuse-applied.ts';

/**
 * The objects as they are and as an apply would make them, by the API server's dry run, without those that the installation made: its defaults, what others added and what only it
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
  const judged = seen.filter(({ wanted, live }) => !isLeftToInstallation(wanted, live));
  const tried = await bounded(operation.signal, judged, requestsAtOnce, (one, signal) =>
    dryRunOne({ ports: operation.ports, signal }, one, { force: true }),
  );
  refuseApplied(operation, tried, owner);
  return tried.flatMap((one) => differenceOf(one) ?? []);
}

function differenceOf({ ref, wanted, live, answer }: Tried): ObjectDifference | undefined {
  if (answer.outcome !== 'applied') return undefined;
  const object = named(ref);
  if (live === undefined) {
    return { object, action: 'create', live: undefined, wanted: comparableNew(answer.object, wanted) };
  }
  const [before, after] = [comparable(live), comparable(answer.object)];
  const action = fieldDifferences(before, after).length === 0 ? 'none' : 'update';
  return { object, action, live: before, wanted: after };
}
