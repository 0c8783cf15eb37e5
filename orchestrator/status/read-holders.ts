import { FirecampError } from '../../common/domain/errors.ts';
import { type StaticIpRecord, unsetOwner } from '../../common/domain/records.ts';
import { nodeFacts } from '../network/node-facts.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';

/** Instances that are asked for their VPC: one of them that still exists is enough. */
const someInstances = 20;

/**
 * The VPC that the members are in: that of an instance that a record names, or where none does, or none exists any more, of a node.
 * @throws FirecampError FC-NET-005 when neither leads to one
 */
export async function membersVpc(
  { kube, instances }: Pick<Operation['ports'], 'kube' | 'instances'>,
  records: Iterable<StaticIpRecord>,
  signal: AbortSignal,
): Promise<string> {
  const vpcOf = async (ids: readonly string[]) => {
    const some = [...new Set(ids)].slice(0, someInstances);
    if (some.length === 0) return undefined;
    return (await instances.describe(some, { signal })).find(({ vpcId }) => vpcId !== undefined)?.vpcId;
  };
  const named = [...records].map(({ instanceId }) => instanceId);
  const ofRecords = await vpcOf(named.filter((id) => id !== '' && id !== unsetOwner.serverInstanceId));
  if (ofRecords !== undefined) return ofRecords;
  const { items } = await kube.list(kinds.Node, {}, { signal });
  const ofNodes = await vpcOf(items.flatMap((node) => nodeFacts(node).instanceId ?? []));
  if (ofNodes !== undefined) return ofNodes;
  throw new FirecampError('FC-NET-005', 'Neither the address records nor the nodes name an instance that EC2 knows.');
}
