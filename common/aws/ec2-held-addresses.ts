import { UnassignPrivateIpAddressesCommand } from '@aws-sdk/client-ec2';
import type { NetworkInterface, SendOptions } from '../ports/addresses.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { HeldAddresses } from '../ports/held-addresses.ts';
import { serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { ec2Done } from './ec2-done.ts';
import { severalHolders } from './ec2-interface.ts';
import { describeInterfaces } from './ec2-interfaces.ts';
import { filterValues } from './filter-values.ts';
import type { WireOptions } from './request-handler.ts';

/** What EC2 says when the interface is not there. */
const interfaceGone = new Set(['InvalidNetworkInterfaceID.NotFound', 'InvalidNetworkInterface.NotFound']);

/** EC2 as `HeldAddresses`; see there for what it promises. */
export class Ec2HeldAddresses implements HeldAddresses {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async holders(
    ips: readonly string[],
    vpcId: string,
    options: CallOptions,
  ): Promise<ReadonlyMap<string, NetworkInterface>> {
    const inVpc = { Name: 'vpc-id', Values: [vpcId] };
    const asked = filterValues(ips).map((some) => {
      return describeInterfaces(this.#aws, [{ Name: 'addresses.private-ip-address', Values: some }, inVpc], options);
    });
    // One interface with addresses of two requests is in both replies.
    const found = new Map((await Promise.all(asked)).flat().map((one) => [one.id, one]));
    return heldBy([...found.values()], new Set(ips));
  }

  interfaces(vpcId: string, options: CallOptions): Promise<NetworkInterface[]> {
    return describeInterfaces(this.#aws, [{ Name: 'vpc-id', Values: [vpcId] }], options);
  }

  async unassign(interfaceId: string, ips: readonly string[], options: SendOptions): Promise<'done' | 'notHeld'> {
    const request = new UnassignPrivateIpAddressesCommand({
      NetworkInterfaceId: interfaceId,
      PrivateIpAddresses: [...ips],
    });
    try {
      const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
      await ec2Done(this.#aws.credentials, 'ec2:UnassignPrivateIpAddresses', send, options);
      return 'done';
    } catch (error) {
      const code = serviceCodeOf(error) ?? '';
      if (interfaceGone.has(code)) return 'notHeld';
      // Also said of a primary address; that alone is no reason to believe that the interface lacks one.
      if (code === 'InvalidParameterValue' && !(await this.#holdsAll(interfaceId, ips, options))) return 'notHeld';
      throw error;
    }
  }

  async #holdsAll(interfaceId: string, ips: readonly string[], options: CallOptions): Promise<boolean> {
    const found = await describeInterfaces(
      this.#aws,
      [{ Name: 'network-interface-id', Values: [interfaceId] }],
      options,
    );
    return found.some((one) => ips.every((ip) => one.addresses.includes(ip)));
  }
}

function heldBy(found: readonly NetworkInterface[], wanted: ReadonlySet<string>): Map<string, NetworkInterface> {
  const holders = new Map<string, NetworkInterface>();
  for (const one of found) {
    for (const ip of one.addresses.filter((address) => wanted.has(address))) {
      const other = holders.get(ip);
      if (other !== undefined) throw severalHolders(ip, [other, one]);
      holders.set(ip, one);
    }
  }
  return holders;
}
