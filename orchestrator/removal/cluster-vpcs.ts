import { FirecampError } from '../../common/domain/errors.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import { nodeFacts } from '../network/node-facts.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/**
 * The VPCs that members can be or have been in: those of the instances that are nodes now, and that address records name. Two requests.
 *
 * @throws FirecampError FC-NET-005 when no such instance is left: who holds the addresses cannot be looked at then
 */
export async function clusterVpcs(
  operation: Pick<Operation, 'ports' | 'signal'>,
  records: readonly StaticIpRecord[],
): Promise<string[]> {
  const { ports, signal } = operation;
  const nodes = await retried(operation, () => ports.kube.list(kinds.Node, {}, { signal }));
  const ids = [
    ...nodes.items.flatMap((node) => nodeFacts(node).instanceId ?? []),
    ...records.flatMap(({ instanceId }) => (instanceId.startsWith('i-') ? [instanceId] : [])),
  ];
  const instances = ids.length === 0 ? [] : await ports.instances.describe([...new Set(ids)], { signal });
  const vpcs = [...new Set(instances.flatMap(({ vpcId }) => vpcId ?? []))];
  if (vpcs.length > 0) return vpcs;
  const ips = records.map(({ ip }) => ip);
  const message = `No node of the cluster is an EC2 instance that EC2 knows, so in which VPC ${ips.length === 1 ? `the address ${ips[0]} is` : `${ips.length} addresses are`} cannot be told, nor who holds them.`;
  throw new FirecampError('FC-NET-005', message, { fields: { addresses: ips, instances: ids } });
}
