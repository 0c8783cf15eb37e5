import { one } from './describe-network.ts';
import { Ec2Error, invalidValue, notFound } from './ec2-error.ts';
import type { Ec2State } from './ec2-state.ts';
import { instanceTypes } from './instance-types.ts';
import type { Instance, NetworkInterface } from './model.ts';
import { interfaceNamed, inUse, isBusy } from './network-interfaces.ts';
import type { Operations } from './operation.ts';
import { field } from './xml-writer.ts';

/** Attaching interfaces to instances and detaching them (EC2 API reference). All cards of an instance are one here. */
export const attachmentOperations: Operations = {
  AttachNetworkInterface(state, params) {
    const item = interfaceNamed(state, params);
    const instance = one(state.instances, params.required('InstanceId'), 'InvalidInstanceID', 'instance');
    const deviceIndex = Number(params.required('DeviceIndex'));
    refuseAttachment(state, item, instance, deviceIndex);
    // One attached later survives its instance unless changed (EC2 user guide, "Delete on termination").
    const attachment = {
      id: state.newId('eni-attach'),
      instanceId: instance.id,
      deviceIndex,
      deleteOnTermination: false,
    };
    state.setAttachment(item, { ...attachment, attachedAt: state.now() });
    return field('attachmentId', attachment.id) + field('networkCardIndex', 0);
  },

  DetachNetworkInterface(state, params) {
    const id = params.required('AttachmentId');
    const item = state.interfaces().find(({ attachment }) => attachment?.id === id);
    if (!item?.attachment) throw notFound('InvalidAttachmentID', 'attachment', id);
    if (item.attachment.deviceIndex === 0) {
      throw new Ec2Error('OperationNotPermitted', 'The network interface at device index 0 cannot be detached.');
    }
    item.detaching = { attachment: item.attachment, until: state.now() + state.attachmentMs };
    state.setAttachment(item, undefined);
    return field('return', true);
  },
};

/** The order in which EC2 looks at these is not published. */
function refuseAttachment(state: Ec2State, item: NetworkInterface, instance: Instance, deviceIndex: number): void {
  const attached = state.interfacesOf(instance.id);
  if (isBusy(state, item)) throw inUse(item);
  if (instance.state !== 'running')
    throw new Ec2Error('IncorrectInstanceState', `Instance '${instance.id}' is not running`);
  if (instance.zone !== item.zone) {
    throw invalidValue(
      `You may not attach a network interface to an instance if they are not in the same availability zone`,
    );
  }
  if (attached.some(({ attachment }) => attachment?.deviceIndex === deviceIndex)) {
    throw invalidValue(`Instance '${instance.id}' already has an interface attached at device index '${deviceIndex}'.`);
  }
  if (attached.length >= (instanceTypes[instance.type]?.interfaces ?? 0)) {
    throw new Ec2Error(
      'AttachmentLimitExceeded',
      `Interface count ${attached.length + 1} exceeds the limit for ${instance.type}`,
    );
  }
}
