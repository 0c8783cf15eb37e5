import { describeInterfaces } from '../../common/aws/ec2-interfaces.ts';
import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { isLeftAloneByCni, noManageTag } from '../../common/domain/node-interfaces.ts';
import { IpHostNetwork } from '../../common/host/ip-host-network.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import { AcceptanceUsageError } from './options.ts';

/**
 * The interface, when it is this instance's only one in the subnet, the VPC CNI leaves it alone, and it has room for one more address.
 * @throws AcceptanceUsageError otherwise; FirecampError when it cannot be told
 */
export async function guestInterface(
  aws: OrchestratorAws,
  id: string,
  subnetId: string,
  signal: AbortSignal,
): Promise<NetworkInterface> {
  const { instanceId, instanceType } = await aws.metadata.identity({ signal });
  const found = await aws.addresses.describe(id, { signal });
  const limit = await aws.addresses.addressesPerInterface(instanceType, { signal });
  const fault = (what: string) => new AcceptanceUsageError(`--interface ${id}: ${what}`);
  if (found === undefined) throw fault('EC2 knows no such interface');
  if (found.instanceId !== instanceId) throw fault(`it is not attached to this instance, ${instanceId}`);
  if (found.subnetId !== subnetId) throw fault(`it is in ${found.subnetId}, not in ${subnetId}`);
  const others = await describeInterfaces(
    aws.clients,
    [
      { Name: 'attachment.instance-id', Values: [instanceId] },
      { Name: 'subnet-id', Values: [subnetId] },
    ],
    { signal },
  );
  // A claim would choose among them, and what it chose might not be found again.
  if (others.length > 1) throw fault(`the instance has ${others.length} interfaces in ${subnetId}, and must have one`);
  const cni = await new IpHostNetwork().vpcCni({ signal });
  // As a claim judges it: only where there is certainly no CNI, any interface will do.
  if (cni !== 'absent' && !isLeftAloneByCni({ deviceNumber: found.deviceIndex ?? 0, tags: found.tags })) {
    const why =
      cni === 'present'
        ? 'the VPC CNI runs here'
        : 'it cannot be told whether the VPC CNI runs here (is iproute2 there?)';
    throw fault(
      `${why}, and it could give the address to a pod. It leaves alone only a second interface with the tag ${noManageTag}=true`,
    );
  }
  if (found.addresses.length + found.prefixCount >= limit) {
    throw fault(`it has no room for another address: an interface of a ${instanceType} has ${limit}`);
  }
  return found;
}
