import { noManageTag } from '../../common/domain/node-interfaces.ts';
import type { AttachableInterface } from '../../common/ports/node-interfaces.ts';
import type { NodeView } from './node-view.ts';

/** What comes next on the way to a node with an interface for members. */
export type PrepareStep =
  | { readonly do: 'create' }
  | { readonly do: 'attach'; readonly interfaceId: string; readonly deviceIndex: number }
  | { readonly do: 'wait'; readonly interfaceId: string; readonly status: 'attaching' | 'detaching' }
  /** Let the interface go when its instance goes, else it stays and costs an address for ever. */
  | { readonly do: 'tieToInstance'; readonly interfaceId: string; readonly attachmentId: string }
  | { readonly do: 'discard'; readonly interfaceId: string }
  /** The instance has as many interfaces as it can have. */
  | { readonly do: 'refuse' }
  | { readonly do: 'nothing'; readonly found: AttachableInterface };

/**
 * The next step from what EC2 shows, whoever has brought it so far: a run that was cut off, another that goes on beside this one, or a launch
 * template. Of several interfaces that were made and not attached all but one go; what is attached, or has a member's address, never does.
 *
 * @param subnetId where members' addresses are
 * @param limit interfaces that the instance can have on its first network card; undefined where only EC2 knows
 */
export function nextStep({ attached, prepared }: NodeView, subnetId: string, limit: number | undefined): PrepareStep {
  const onFirstCard = attached.filter(({ attachment }) => attachment?.networkCard === 0);
  const isFull = limit !== undefined && onFirstCard.length >= limit;
  const ours = new Set(prepared.map(({ id }) => id));
  const serving = attached.find((one) => one.subnetId === subnetId && isForMembers(one) && !isLeaving(one));
  const [candidate, ...others] = prepared.filter(
    (one) => one.subnetId === subnetId && one.id !== serving?.id && !isHeld(one),
  );
  const superfluous = (serving !== undefined || isFull ? [candidate, ...others] : others).find(isEmpty);
  if (superfluous !== undefined) return { do: 'discard', interfaceId: superfluous.id };
  if (serving?.attachment !== undefined && ours.has(serving.id)) {
    const { id: attachmentId, status, deleteOnTermination } = serving.attachment;
    if (!deleteOnTermination) return { do: 'tieToInstance', interfaceId: serving.id, attachmentId };
    if (status === 'attaching') return { do: 'wait', interfaceId: serving.id, status };
  }
  if (serving !== undefined) return { do: 'nothing', found: serving };
  const leaving = prepared.find((one) => one.subnetId === subnetId && isLeaving(one));
  if (leaving !== undefined) return { do: 'wait', interfaceId: leaving.id, status: 'detaching' };
  if (isFull) return { do: 'refuse' };
  if (candidate === undefined) return { do: 'create' };
  const taken = new Set(onFirstCard.map(({ deviceIndex }) => deviceIndex));
  let deviceIndex = 1;
  while (taken.has(deviceIndex)) deviceIndex += 1;
  return { do: 'attach', interfaceId: candidate.id, deviceIndex };
}

/** A claim takes it although the VPC CNI runs: `chooseInterface` of the members has the same rule. */
function isForMembers({ deviceIndex, tags }: AttachableInterface): boolean {
  return deviceIndex !== undefined && deviceIndex !== 0 && tags[noManageTag] === 'true';
}

/** Without a member's address, which would be free with it. */
function isEmpty(one: AttachableInterface | undefined): one is AttachableInterface {
  return one !== undefined && one.addresses.length <= 1;
}

function isHeld({ attachment }: AttachableInterface): boolean {
  return attachment !== undefined;
}

function isLeaving({ attachment }: AttachableInterface): boolean {
  return attachment?.status === 'detaching';
}
