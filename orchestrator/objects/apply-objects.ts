import { bounded } from '../../common/runtime/bounded.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { applyOne } from './apply-one.ts';
import { awaitGone } from './await-gone.ts';
import { comparable } from './comparable-object.ts';
import { dryRunOne } from './dry-run-one.ts';
import { type FieldDifference, fieldDifferences, inWords, missingFrom } from './field-differences.ts';
import { kinds } from './kinds.ts';
import { requestsAtOnce } from './kube-calls.ts';
import { lookAtObjects, refuseForeign, type Seen } from './look-at-objects.ts';
import { mendBindings } from './mend-bindings.ts';
import { isLeftToInstallation, type ObjectOwner } from './object-owner.ts';
import { refuseApplied, refuseDifferent } from './refuse-applied.ts';
import { stagesOf } from './stages.ts';

/** How objects that are there already are taken. */
export interface ApplyOptions {
  /** `update` without. `same`: what is there must be what is wanted, and FC-SVC-001 says what is not. */
  readonly existing?: 'update' | 'same';
  /** Takes fields that others manage, too. Without, FC-K8S-007 names them, and nothing is written. */
  readonly force?: boolean;
  /** Seconds that an object of this service which is being deleted may take to be gone; 120 without. */
  readonly goneSeconds?: number;
}

/** An object, and what an apply of it would change. */
interface Planned extends Seen {
  readonly differences: readonly FieldDifference[];
}

/**
 * Makes the objects so, in their order; PersistentVolumes and claims, and others of one kind that follow each other, side by side. Before
 * anything is written all of them are looked at, and tried by the API server's dry run where they exist: all that is wrong comes at once.
 * Server-side apply, so that fields which others added stay. Volumes and claims that lost each other find each other again. Repeated after any end it goes on from there.
 *
 * @returns what was done to each, in the objects' order; with a dry run what would be
 * @throws FirecampError FC-K8S-005 objects of somebody else, FC-K8S-006 the API server does not take one, FC-K8S-007 fields of another
 *   manager, FC-SVC-001 with `existing: 'same'`
 */
export async function applyObjects(
  operation: Operation,
  objects: readonly KubeObject[],
  owner: ObjectOwner,
  options: ApplyOptions = {},
): Promise<Change[]> {
  const seen = await withoutEnding(operation, await lookAtObjects(operation, objects, owner), options);
  const planned = await planAll(operation, seen, owner, options);
  if (operation.dryRun !== 'none') return planned.map(changeOf);
  return await step(operation, { step: 'apply Kubernetes objects' }, () =>
    writeAll(operation, planned, owner, options),
  );
}

/** An apply to an object that is being deleted would be lost with it. */
async function withoutEnding(operation: Operation, seen: readonly Seen[], options: ApplyOptions): Promise<Seen[]> {
  const ending = seen.flatMap(({ ref, live }) =>
    live?.metadata['deletionTimestamp'] === undefined ? [] : [{ ref, live }],
  );
  if (ending.length > 0 && operation.dryRun === 'none') {
    await awaitGone(operation, ending, options.goneSeconds ?? 120);
  }
  const gone = new Set(ending.map(({ live }) => live));
  return seen.map((one) => (one.live && gone.has(one.live) ? { ...one, live: undefined } : one));
}

/** What each apply would do. Nothing is written. */
async function planAll(
  operation: Operation,
  seen: readonly Seen[],
  owner: ObjectOwner,
  options: ApplyOptions,
): Promise<Planned[]> {
  const tried = await bounded(operation.signal, seen, requestsAtOnce, async (one, signal) => {
    if (isLeftToInstallation(one.wanted, one.live)) return { ...one, differences: [] };
    if (operation.dryRun === 'client') {
      return { ...one, differences: one.live === undefined ? [] : missingFrom(comparable(one.live), one.wanted) };
    }
    if (one.live === undefined && operation.dryRun === 'none') return { ...one, differences: [] };
    const force = options.force === true || options.existing === 'same';
    const at = await dryRunOne({ ports: operation.ports, signal }, one, { force });
    const { live, answer } = at;
    if (answer.outcome !== 'applied' || live === undefined) return { ...at, differences: [] };
    return { ...at, differences: fieldDifferences(comparable(live), comparable(answer.object)) };
  });
  refuseForeign(operation, tried, owner);
  refuseApplied(operation, tried, owner);
  if (options.existing === 'same') refuseDifferent(operation, tried, owner);
  return tried;
}

async function writeAll(
  operation: Operation,
  planned: readonly Planned[],
  owner: ObjectOwner,
  options: ApplyOptions,
): Promise<Change[]> {
  for (const stage of stagesOf(planned, ({ ref }) => ref.kind.kind)) {
    const changing = stage.filter(({ live, differences }) => live === undefined || differences.length > 0);
    await bounded(operation.signal, changing, requestsAtOnce, async (one, signal) => {
      const answer = await applyOne({ ports: operation.ports, signal }, one.ref, one.wanted, {
        dryRun: false,
        force: options.force ?? false,
        lookAgain: (live) => refuseForeign(operation, [{ ...one, live }], owner),
      });
      refuseApplied(operation, [{ ...one, answer }], owner);
    });
    if (stage[0]?.ref.kind === kinds.PersistentVolume) await mendBindings(operation, planned);
  }
  return planned.map(changeOf);
}

function changeOf({ ref, live, differences }: Planned): Change {
  const about = { kind: ref.kind.kind, name: ref.name };
  if (live === undefined) return { action: 'create', ...about };
  if (differences.length === 0) return { action: 'keep', ...about, detail: 'unchanged' };
  return { action: 'update', ...about, detail: inWords(differences) };
}
