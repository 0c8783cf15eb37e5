import type { NetworkInterface as WireInterface } from '@aws-sdk/client-ec2';
import type { AttachableInterface, InterfaceAttachment } from '../ports/node-interfaces.ts';
import { interfaceFromWire } from './ec2-interface.ts';

/** As `interfaceFromWire`, with the attachment and the groups. */
export function attachableFromWire(wire: WireInterface): AttachableInterface | undefined {
  const known = interfaceFromWire(wire);
  if (known === undefined) return undefined;
  const securityGroups = (wire.Groups ?? []).flatMap(({ GroupId: id }) => id ?? []);
  const attachment = known.instanceId === undefined ? undefined : attachmentFromWire(wire.Attachment);
  // One that is attached to an instance, and does not say how, is not described whole.
  if (known.instanceId !== undefined && attachment === undefined) return undefined;
  return { ...known, attachment, securityGroups };
}

function attachmentFromWire(wire: WireInterface['Attachment']): InterfaceAttachment | undefined {
  const { AttachmentId: id, InstanceId: instanceId, DeviceIndex: deviceIndex, Status: status } = wire ?? {};
  if (!id || !instanceId || deviceIndex === undefined) return undefined;
  if (status !== 'attaching' && status !== 'attached' && status !== 'detaching') return undefined;
  const networkCard = wire?.NetworkCardIndex ?? 0;
  return { id, instanceId, deviceIndex, networkCard, status, deleteOnTermination: wire?.DeleteOnTermination === true };
}
