import { RequestFailedError } from '../../common/domain/errors.ts';
import type { ApplyConflict, LiveObject, ObjectRef } from '../../common/ports/kube-objects.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Operation } from '../operation.ts';
import { kubeRetried, named, readObject, rejection } from './kube-calls.ts';

/** What an apply came to. */
export type Applied =
  | { readonly outcome: 'applied'; readonly object: LiveObject }
  /** Somebody else's fields would change; nothing was written. */
  | { readonly outcome: 'conflict'; readonly words: string }
  /** The server will never take it so; nothing was written. */
  | { readonly outcome: 'rejected'; readonly words: string };

interface ApplyOptions {
  readonly dryRun: boolean;
  /** Takes fields from anybody. */
  readonly force: boolean;
  /** Asked before a request is sent again: what is there may have become another's. Rejects when it has. */
  readonly lookAgain?: (live: LiveObject) => void;
}

const manager = 'firecamp';

/**
 * Server-side apply of one object as field manager `firecamp`. A field that firecamp itself changed by another kind of request (a stop
 * sets `spec.replicas`) belongs to it under another operation, and the server calls that a conflict; those alone are taken without `force`.
 * An apply of the same object may be sent twice, so failures without an answer are retried, after another look.
 */
export async function applyOne(
  operation: Pick<Operation, 'ports' | 'signal'>,
  ref: ObjectRef,
  wanted: KubeObject,
  { dryRun, force, lookAgain }: ApplyOptions,
): Promise<Applied> {
  const body = { ...wanted, metadata: { ...wanted.metadata } };
  let taking = force;
  try {
    return await kubeRetried(operation, async ({ signal, attempt }) => {
      if (attempt > 1 && lookAgain) {
        const live = await readObject(operation, ref);
        if (live !== undefined) lookAgain(live);
      }
      let answer = await operation.ports.kube.apply(ref, body, { signal, dryRun, force: taking });
      if (isConflict(answer) && !taking && (await ownOnly(operation, ref, answer.conflict))) {
        taking = true;
        answer = await operation.ports.kube.apply(ref, body, { signal, dryRun, force: true });
      }
      if (!isConflict(answer)) return { outcome: 'applied', object: answer };
      if (isFieldConflict(answer.conflict)) return { outcome: 'conflict', words: conflictWords(answer.conflict) };
      const message = `${named(ref)} was changed at the same moment: ${answer.conflict}`;
      throw new RequestFailedError('FC-K8S-001', message, { effect: 'none', transient: true });
    });
  } catch (error) {
    const words = rejection(error);
    if (words === undefined) throw error;
    return { outcome: 'rejected', words };
  }
}

function isConflict(answer: LiveObject | ApplyConflict): answer is ApplyConflict {
  return !('metadata' in answer);
}

/** Other 409 are two writes that met, and say nothing of field managers. */
function isFieldConflict(words: string): boolean {
  return words.includes('Apply failed with');
}

async function ownOnly(
  operation: Pick<Operation, 'ports' | 'signal'>,
  ref: ObjectRef,
  words: string,
): Promise<boolean> {
  if (!isFieldConflict(words)) return false;
  if (conflictManagers(words).every((name) => name === manager) && isWhole(words)) return true;
  // A long answer is cut off. Where nobody else manages a field of the object, nobody else is in the part that is missing.
  const live = await readObject(operation, ref);
  const wishes = listAt(live, 'metadata', 'managedFields').filter((entry) => textAt(entry, 'subresource') !== 'status');
  return wishes.length > 0 && wishes.every((entry) => textAt(entry, 'manager') === manager);
}

/** Names in the server's words: `conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas`. */
function conflictManagers(words: string): string[] {
  return [...words.matchAll(/conflicts? with "([^"]*)"/g)].map(([, name]) => name ?? '');
}

function isWhole(words: string): boolean {
  const [, told] = /Apply failed with (\d+) conflict/.exec(words) ?? [];
  const fields = words.match(/(?:: |\n- )\./g) ?? [];
  return told !== undefined && Number(told) === fields.length;
}

function conflictWords(words: string): string {
  return words.slice(words.indexOf('Apply failed with')).replaceAll(/\s*\n-? */g, ' ');
}
