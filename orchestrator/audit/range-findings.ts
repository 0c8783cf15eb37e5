import { cidrContains } from '../../common/domain/ipv4.ts';
import { clusterTag } from '../../common/domain/node-interfaces.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { place } from '../status/address-held.ts';
import type { MemberFinding } from './finding.ts';
import { leave, makeFinding, seenAt } from './make-finding.ts';

/** An address of the cluster’s ranges that one of its interfaces has, and no member. */
export interface UnnamedAddress {
  readonly ip: string;
  readonly holder: NetworkInterface;
}

/**
 * The addresses in the ranges that are kept for these records, that an interface of the cluster has as a secondary one, and that no member
 * record names. Those of strangers are no leftover of ours, and a primary address is its interface’s for life.
 */
export function unnamedAddresses(
  network: Pick<ClusterNetwork, 'subnets' | 'nodes'>,
  interfaces: readonly NetworkInterface[],
  named: ReadonlySet<string>,
  cluster: string,
): UnnamedAddress[] {
  const ranges = network.subnets.flatMap(({ own }) => own.map(({ cidr }) => cidr));
  const instances = new Set(network.nodes.flatMap(({ instanceId }) => instanceId ?? []));
  const isOurs = ({ tags, instanceId }: NetworkInterface) =>
    tags[clusterTag] === cluster || (instanceId !== undefined && instances.has(instanceId));
  return interfaces
    .filter(isOurs)
    .flatMap((holder) =>
      holder.addresses
        .filter((ip) => ip !== holder.primaryIp && !named.has(ip) && ranges.some((cidr) => cidrContains(cidr, ip)))
        .map((ip) => ({ ip, holder })),
    );
}

/** A finding for each of them; one that has an address record is told as that. */
export function rangeFindings(
  unnamed: readonly UnnamedAddress[],
  records: ReadonlyMap<string, StaticIpRecord>,
  at: number,
): MemberFinding[] {
  return unnamed.map(({ ip, holder }) => {
    const record = records.get(ip);
    const parts = { subject: ip, since: seenAt(at), mend: leave('NeedsDecision') };
    if (record === undefined) {
      const found = `${ip} is held by ${place(holder)}, and no record names it`;
      return makeFinding('FC-AUD-018', { ...parts, found });
    }
    const found = `${ip} is held by ${place(holder)}; its record is of the service with UUID ${record.serviceUuid}, none of whose members has it`;
    return makeFinding('FC-AUD-019', { ...parts, found });
  });
}
