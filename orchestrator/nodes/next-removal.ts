import type { AttachableInterface } from '../../common/ports/node-interfaces.ts';

/** What comes next on the way to a node without what was made for it. */
export type RemovalStep =
  | { readonly do: 'detach'; readonly interfaceId: string; readonly attachmentId: string }
  | { readonly do: 'wait'; readonly interfaceId: string; readonly status: 'attaching' | 'detaching' }
  | { readonly do: 'delete'; readonly interfaceId: string }
  /** Members' addresses are on it. */
  | { readonly do: 'refuse'; readonly occupied: AttachableInterface }
  | { readonly do: 'nothing' };

/**
 * The next step. Nothing goes while one of the interfaces has more than its primary address: asked again before each step, so that an
 * address which came meanwhile is kept, on a detached interface too.
 *
 * @param prepared the interfaces that were made for the node
 */
export function nextRemoval(prepared: readonly AttachableInterface[]): RemovalStep {
  const occupied = prepared.find(({ addresses, prefixCount }) => addresses.length > 1 || prefixCount > 0);
  if (occupied !== undefined) return { do: 'refuse', occupied };
  const [one] = prepared;
  if (one === undefined) return { do: 'nothing' };
  if (one.attachment === undefined) return { do: 'delete', interfaceId: one.id };
  const { status, id: attachmentId } = one.attachment;
  if (status === 'attached') return { do: 'detach', interfaceId: one.id, attachmentId };
  return { do: 'wait', interfaceId: one.id, status };
}
