import { instanceStateXml, instanceXml } from './describe-instances.ts';
import { one } from './describe-network.ts';
import { invalidValue } from './ec2-error.ts';
import { instanceTypes } from './instance-types.ts';
import { givenOrPicked } from './network-interfaces.ts';
import type { Operations } from './operation.ts';
import { element, field, itemSet } from './xml-writer.ts';

/** RunInstances for one instance with one interface, and TerminateInstances (EC2 API reference). Both are done at once. */
export const instanceOperations: Operations = {
  RunInstances(state, params) {
    const subnet = one(state.subnets, params.required('SubnetId'), 'InvalidSubnetID', 'subnet');
    const type = params.required('InstanceType');
    if (params.number('MinCount') !== 1 || params.number('MaxCount') !== 1) {
      throw invalidValue('the simulated cloud runs one instance a call');
    }
    if (!Object.hasOwn(instanceTypes, type)) throw invalidValue(`Invalid value '${type}' for InstanceType.`);
    const ip = givenOrPicked(state, subnet, params.text('PrivateIpAddress'));
    const item = state.launch(subnet, type, ip, params.tagsFor('instance'));
    const instance = one(state.instances, item.attachment?.instanceId ?? '', 'InvalidInstanceID', 'instance');
    return (
      field('reservationId', state.newId('r')) +
      field('ownerId', state.accountId) +
      element('instancesSet', element('item', instanceXml(state, instance, [item])))
    );
  },

  TerminateInstances(state, params) {
    const instances = params.list('InstanceId').map((id) => one(state.instances, id, 'InvalidInstanceID', 'instance'));
    const before = new Map(instances.map((item) => [item.id, item.state]));
    for (const item of instances) state.killInstance(item.id);
    return itemSet(
      'instancesSet',
      instances,
      (item) =>
        field('instanceId', item.id) +
        instanceStateXml('currentState', item.state) +
        instanceStateXml('previousState', before.get(item.id) ?? item.state),
    );
  },
};
