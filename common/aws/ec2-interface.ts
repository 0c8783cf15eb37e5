import type { NetworkInterface as WireInterface } from '@aws-sdk/client-ec2';
import { RequestFailedError } from '../domain/errors.ts';
import type { NetworkInterface } from '../ports/addresses.ts';

/** The interface in the domain's words; undefined when EC2's description lacks what every interface has. */
export function interfaceFromWire(wire: WireInterface): NetworkInterface | undefined {
  const { NetworkInterfaceId: id, MacAddress: mac, SubnetId: subnetId, VpcId: vpcId, AvailabilityZone: zone } = wire;
  if (!id || !mac || !subnetId || !vpcId || !zone) return undefined;
  const { Attachment: attachment } = wire;
  // A detaching interface still names its instance; only "detached" has let go (EC2 API reference, NetworkInterfaceAttachment).
  const attached = attachment?.Status !== 'detached' ? attachment : undefined;
  return {
    id,
    mac: mac.toLowerCase(),
    subnetId,
    vpcId,
    zone,
    // Empty in an IPv6-only subnet.
    primaryIp: wire.PrivateIpAddress ?? '',
    addresses: (wire.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress: ip }) => (ip === undefined ? [] : [ip])),
    prefixCount: wire.Ipv4Prefixes?.length ?? 0,
    instanceId: attached?.InstanceId,
    deviceIndex: attached?.DeviceIndex,
    tags: Object.fromEntries((wire.TagSet ?? []).map(({ Key: key, Value: value }) => [key ?? '', value ?? ''])),
  };
}

/** In one VPC an address has one holder; while it moves, EC2's views may show two. */
export function severalHolders(ip: string, holders: readonly NetworkInterface[]): RequestFailedError {
  const names = holders.map((one) => `${one.id} in ${one.vpcId}`).join(', ');
  return new RequestFailedError('FC-AWS-006', `EC2 names several holders of ${ip}: ${names}.`, {
    effect: 'none',
    transient: true,
    fields: { ip, interfaceIds: holders.map((one) => one.id) },
  });
}
