import type { NodeInterface } from '../domain/node-interfaces.ts';
import type { NetworkInterface } from '../ports/addresses.ts';
import type { HostLink } from '../ports/host.ts';
import type { MetadataInterface } from '../ports/instance-metadata.ts';

/**
 * The interfaces of this node: what the metadata service lists, that the host has as a link, and that EC2 describes under the same id. The
 * metadata service decides which are ours: a MAC address alone is no proof, another VPC may use the same.
 */
export function joinInterfaces(
  links: readonly HostLink[],
  metadata: readonly MetadataInterface[],
  described: readonly NetworkInterface[],
): NodeInterface[] {
  return metadata.flatMap((own) => {
    const link = links.find((one) => one.mac === own.mac);
    const ec2 = described.find((one) => one.id === own.interfaceId);
    if (!link || !ec2) return [];
    return [
      {
        id: own.interfaceId,
        mac: own.mac,
        linkName: link.name,
        deviceNumber: own.deviceNumber,
        subnetId: own.subnetId,
        subnetCidr: own.subnetCidr,
        vpcId: ec2.vpcId,
        addresses: ec2.addresses,
        prefixCount: ec2.prefixCount,
        tags: ec2.tags,
      },
    ];
  });
}
