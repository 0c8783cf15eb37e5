import { readAddress, type SeenRecord } from '../common/address/address-record.ts';
import { joinInterfaces } from '../common/address/own-interfaces.ts';
import type { NodeInterface } from '../common/domain/node-interfaces.ts';
import type { NetworkInterface } from '../common/ports/addresses.ts';
import type { HostLink } from '../common/ports/host.ts';
import type { InstanceIdentity } from '../common/ports/instance-metadata.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { together } from '../common/runtime/together.ts';
import type { ClaimConfig } from './config.ts';

/** What the decision about an address needs to know. */
export interface NodeView {
  readonly seen: SeenRecord;
  readonly identity: InstanceIdentity;
  readonly interfaces: readonly NodeInterface[];
  readonly holder: NetworkInterface | undefined;
  /** True also when the VPC CNI cannot be ruled out. */
  readonly vpcCniPossible: boolean;
}

/** Reads, in one round trip, the address's record, this node's interfaces, and who holds the address in EC2. */
export async function observeNode(
  ports: MemberPorts,
  config: Pick<ClaimConfig, 'vpcCni'>,
  member: { readonly ip: string; readonly links: readonly HostLink[] },
  signal: AbortSignal,
): Promise<NodeView> {
  const { ip, links } = member;
  const macs = links.map((link) => link.mac);
  const [seen, identity, listed, described, holder, vpcCni] = await together(signal, [
    (joined) => readAddress(ports, ip, joined),
    (joined) => ports.metadata.identity({ signal: joined }),
    (joined) => ports.metadata.interfaces(macs, { signal: joined }),
    (joined) => ports.addresses.findByMac(macs, { signal: joined }),
    (joined) => ports.addresses.findHolder(ip, {}, { signal: joined }),
    async (joined) => (config.vpcCni === 'auto' ? ports.host.vpcCni({ signal: joined }) : config.vpcCni),
  ]);
  const interfaces = joinInterfaces(links, listed, described);
  return { seen, identity, interfaces, holder, vpcCniPossible: vpcCni !== 'absent' };
}
