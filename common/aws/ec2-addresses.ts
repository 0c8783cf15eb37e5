import {
  type _InstanceType,
  AssignPrivateIpAddressesCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  type DescribeNetworkInterfacesRequest,
  UnassignPrivateIpAddressesCommand,
  type NetworkInterface as WireInterface,
} from '@aws-sdk/client-ec2';
import { FirecampError } from '../domain/errors.ts';
import {
  type AddressRefusal,
  AddressRefusedError,
  type AddressService,
  type AssignOptions,
  type NetworkInterface,
  type SendOptions,
} from '../ports/addresses.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply, serviceCodeOf, serviceErrorOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { ec2Done } from './ec2-done.ts';
import { interfaceFromWire, severalHolders } from './ec2-interface.ts';
import type { WireOptions } from './request-handler.ts';

type Ec2Access = Pick<AwsClients, 'ec2' | 'credentials'> & { readonly metadata: Pick<AwsClients['metadata'], 'vpcId'> };

/** EC2 as `AddressService`; see there for what it promises. */
export class Ec2Addresses implements AddressService {
  readonly #aws: Ec2Access;
  #byMac: Promise<readonly NetworkInterface[]> = Promise.resolve([]);

  constructor(aws: Ec2Access) {
    this.#aws = aws;
  }

  async findHolder(
    ip: string,
    subnet: { readonly vpcId?: string },
    options: CallOptions,
  ): Promise<NetworkInterface | undefined> {
    const vpc = subnet.vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [subnet.vpcId] }];
    const filters = [{ Name: 'addresses.private-ip-address', Values: [ip] }, ...vpc];
    const found = await this.#describe({ Filters: filters }, options);
    const holding = found.filter((one) => one.addresses.includes(ip));
    if (holding.length === 0) return undefined;
    // VPCs of one account may overlap: the same address elsewhere is another one.
    const vpcs = subnet.vpcId === undefined ? await this.#nodeVpcs(options) : [subnet.vpcId];
    const holders = holding.filter((one) => vpcs.includes(one.vpcId));
    if (holders.length > 1) throw severalHolders(ip, holders);
    return holders[0];
  }

  async findByMac(macs: readonly string[], options: CallOptions): Promise<NetworkInterface[]> {
    if (macs.length === 0) return [];
    const wanted = new Set(macs.map((mac) => mac.toLowerCase()));
    const asked = this.#describe({ Filters: [{ Name: 'mac-address', Values: [...wanted] }] }, options);
    const found = asked.then((all) => all.filter((one) => wanted.has(one.mac)));
    this.#byMac = found.catch(() => []);
    return found;
  }

  async describe(interfaceId: string, options: CallOptions): Promise<NetworkInterface | undefined> {
    try {
      const found = await this.#describe({ NetworkInterfaceIds: [interfaceId] }, options);
      return found.find((one) => one.id === interfaceId);
    } catch (error) {
      if (serviceCodeOf(error) === 'InvalidNetworkInterfaceID.NotFound') return undefined;
      throw error;
    }
  }

  async addressesPerInterface(instanceType: string, options: CallOptions): Promise<number> {
    const call = { action: 'ec2:DescribeInstanceTypes', ...options };
    const request = new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType as _InstanceType] });
    const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
    const found = reply.InstanceTypes?.find((one) => one.InstanceType === instanceType);
    const count = found?.NetworkInfo?.Ipv4AddressesPerInterface;
    if (count === undefined || count < 1) throw malformedReply(call, `it does not describe ${instanceType}`);
    return count;
  }

  async assign(interfaceId: string, ip: string, options: AssignOptions): Promise<void> {
    const request = new AssignPrivateIpAddressesCommand({
      NetworkInterfaceId: interfaceId,
      PrivateIpAddresses: [ip],
      AllowReassignment: options.reassign,
    });
    try {
      const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
      await ec2Done(this.#aws.credentials, 'ec2:AssignPrivateIpAddresses', send, options);
    } catch (error) {
      throw refusalOf(error, interfaceId, ip) ?? error;
    }
  }

  async unassign(interfaceId: string, ip: string, options: SendOptions): Promise<'done' | 'notHeld'> {
    const request = new UnassignPrivateIpAddressesCommand({
      NetworkInterfaceId: interfaceId,
      PrivateIpAddresses: [ip],
    });
    try {
      const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
      await ec2Done(this.#aws.credentials, 'ec2:UnassignPrivateIpAddresses', send, options);
      return 'done';
    } catch (error) {
      const refusal = refusalOf(error, interfaceId, ip);
      if (refusal?.refusal === 'invalid' && (await this.#isNotHeld(interfaceId, ip, options))) return 'notHeld';
      throw refusal ?? error;
    }
  }

  /** Where this node is: what a look for its interfaces, perhaps still under way, has found, else what IMDS says. */
  async #nodeVpcs(options: CallOptions): Promise<string[]> {
    const known = (await this.#byMac).map((one) => one.vpcId);
    return known.length > 0 ? known : [await this.#aws.metadata.vpcId(options)];
  }

  /** InvalidParameterValue is also said of an address that is not held, so EC2 is asked who holds it. */
  async #isNotHeld(interfaceId: string, ip: string, options: CallOptions): Promise<boolean> {
    const now = await this.describe(interfaceId, options);
    return now !== undefined && !now.addresses.includes(ip);
  }

  async #describe(input: DescribeNetworkInterfacesRequest, options: CallOptions): Promise<NetworkInterface[]> {
    const call = { action: 'ec2:DescribeNetworkInterfaces', signal: options.signal };
    const found: WireInterface[] = [];
    let next: string | undefined;
    do {
      const request = new DescribeNetworkInterfacesCommand(next === undefined ? input : { ...input, NextToken: next });
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      // "No interface" is a claim about the world; a reply without the list makes none.
      if (reply.NetworkInterfaces === undefined) throw malformedReply(call, 'it has no list of interfaces');
      found.push(...reply.NetworkInterfaces);
      next = reply.NextToken;
    } while (next);
    return found.map((one) => {
      const known = interfaceFromWire(one);
      if (known === undefined)
        throw malformedReply(call, `it describes ${one.NetworkInterfaceId ?? 'an interface'} in part`);
      return known;
    });
  }
}

const refusals: Readonly<Record<string, AddressRefusal>> = {
  PrivateIpAddressLimitExceeded: 'limitReached',
  'InvalidNetworkInterfaceID.NotFound': 'interfaceGone',
  'InvalidNetworkInterfaceID.Malformed': 'invalid',
  'InvalidNetworkInterface.NotFound': 'interfaceGone',
  InvalidParameterValue: 'invalid',
  InvalidIPAddressInUse: 'invalid',
  'InvalidIPAddress.InUse': 'invalid',
};

function refusalOf(error: unknown, interfaceId: string, ip: string): AddressRefusedError | undefined {
  const said = error instanceof FirecampError ? serviceErrorOf(error.cause) : undefined;
  const refusal = said === undefined ? undefined : refusals[said.code];
  if (said === undefined || refusal === undefined) return undefined;
  return new AddressRefusedError(refusal, interfaceId, ip, `${said.code}: ${said.message}`);
}
