import { clusterTag } from '../../common/domain/node-interfaces.ts';
import { isPrepared } from '../../common/domain/prepared-interface.ts';
import type { AttachableInterface } from '../../common/ports/node-interfaces.ts';
import type { Change } from '../operation.ts';
import { nameOf } from './find-node.ts';
import type { PrepareStep } from './next-step.ts';
import type { PrepareTarget } from './prepare-target.ts';

const kind = 'network interface';

/** What was done for the node, told of the interface that it has now. */
export function preparedChange(
  { node, securityGroups }: PrepareTarget,
  found: AttachableInterface,
  done: readonly PrepareStep['do'][],
  cluster: string,
): Change {
  const ours = isPrepared(found.tags, { cluster, instanceId: node.instanceId });
  const action = done.includes('create') ? 'create' : done.length > 0 ? 'update' : 'keep';
  const remarks = [
    ...(ours ? [] : ['made by a launch template or by hand']),
    ...(found.tags[clusterTag] === cluster
      ? []
      : [`it lacks the tag ${clusterTag}=${cluster}, by which members may use it`]),
    ...(ours && !sameSet(found.securityGroups, securityGroups)
      ? [`its security groups are ${found.securityGroups.join(', ')}, not ${securityGroups.join(', ')}`]
      : []),
  ];
  const where = `device ${found.deviceIndex} of ${node.instanceId} in ${found.subnetId}`;
  return { action, kind, name: found.id, detail: [where, ...remarks].join('; ') };
}

/** What would be done for the node. */
export function plannedChange(target: PrepareTarget, next: PrepareStep, cluster: string): Change {
  const { node, subnet, securityGroups } = target;
  if (next.do === 'nothing') return preparedChange(target, next.found, [], cluster);
  const where = `for ${node.instanceId} in ${subnet.id} of ${subnet.zone}`;
  if (!('interfaceId' in next)) {
    return { action: 'create', kind, name: nameOf(node), detail: `${where} with ${securityGroups.join(', ')}` };
  }
  return { action: 'update', kind, name: next.interfaceId, detail: `finish what was begun ${where}` };
}

function sameSet(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted());
}
