import { FirecampError } from '../../common/domain/errors.ts';
import { isPrepared, preparedMark } from '../../common/domain/prepared-interface.ts';
import type { Instance } from '../../common/ports/instances.ts';
import type { AttachableInterface } from '../../common/ports/node-interfaces.ts';
import { together } from '../../common/runtime/together.ts';
import type { Operation } from '../operation.ts';
import { type FoundNode, nameOf } from './find-node.ts';

/** The interfaces of a node, as EC2 shows them now. */
export interface NodeView {
  /** What its instance has, or is being given, by device index. */
  readonly attached: readonly AttachableInterface[];
  /** What was made for it, attached or not, by id. */
  readonly prepared: readonly AttachableInterface[];
}

type Reading = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/**
 * The node's instance, which runs or can be started.
 *
 * @throws FirecampError FC-NOD-003
 */
export async function readInstance(
  { ports, signal }: Reading,
  node: FoundNode,
): Promise<Instance & { readonly vpcId: string }> {
  const [instance] = await ports.instances.describe([node.instanceId], { signal });
  const state = instance?.state;
  if (instance?.vpcId !== undefined && (state === 'running' || state === 'stopped')) {
    return { ...instance, vpcId: instance.vpcId };
  }
  const said = state === undefined ? 'is not known to EC2' : `is ${state}`;
  const message = `The instance ${node.instanceId}${node.name === undefined ? '' : ` of the node ${node.name}`} ${said}.`;
  throw new FirecampError('FC-NOD-003', message, {
    fields: { node: nameOf(node), instanceId: node.instanceId, state },
  });
}

/** Looks at the node's interfaces. */
export async function viewNode({ ports, settings, signal }: Reading, { instanceId }: FoundNode): Promise<NodeView> {
  const node = { cluster: settings.cluster, instanceId };
  const [attached, tagged] = await together(signal, [
    (joined) => ports.nodeInterfaces.attachedTo([instanceId], { signal: joined }),
    (joined) => ports.nodeInterfaces.withTags(preparedMark(node), { signal: joined }),
  ]);
  // The two looks are not of one moment: what either shows is there.
  const made = [...tagged, ...attached.filter(({ tags }) => isPrepared(tags, node))];
  const prepared = [...new Map(made.map((one) => [one.id, one])).values()];
  const held = [...attached, ...prepared.filter((one) => one.instanceId === instanceId)];
  return {
    attached: [...new Map(held.map((one) => [one.id, one])).values()].toSorted(
      (one, other) => (one.deviceIndex ?? 0) - (other.deviceIndex ?? 0),
    ),
    prepared: prepared.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  };
}
