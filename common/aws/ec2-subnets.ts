import {
  CreateSubnetCidrReservationCommand,
  DeleteSubnetCidrReservationCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  GetSubnetCidrReservationsCommand,
  type NetworkInterface as WireInterface,
  type SubnetCidrReservation as WireReservation,
  type Subnet as WireSubnet,
} from '@aws-sdk/client-ec2';
import type { CallOptions } from '../ports/call-options.ts';
import type { AddressReservation, Subnet, SubnetService, TakenAddresses } from '../ports/subnets.ts';
import { allPages } from './all-pages.ts';
import { awsRead, awsWrite } from './aws-call.ts';
import { malformedReply, serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { ec2Done } from './ec2-done.ts';
import { ec2Tags, tagsFromWire } from './ec2-tags.ts';
import type { WireOptions } from './request-handler.ts';

/** The most that EC2 gives at once (EC2 API reference, DescribeNetworkInterfaces, MaxResults). */
const pageSize = 1000;

/** EC2 as `SubnetService`; see there for what it promises. */
export class Ec2Subnets implements SubnetService {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async list(vpcId: string, options: CallOptions): Promise<Subnet[]> {
    const call = { action: 'ec2:DescribeSubnets', signal: options.signal };
    const input = { Filters: [{ Name: 'vpc-id', Values: [vpcId] }], MaxResults: pageSize };
    const found = await allPages(async (next) => {
      const request = new DescribeSubnetsCommand({ ...input, ...(next && { NextToken: next }) });
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      if (reply.Subnets === undefined) throw malformedReply(call, 'it has no list of subnets');
      return { items: reply.Subnets, next: reply.NextToken };
    });
    // A subnet of IPv6 alone has no IPv4 range, and so nothing to give.
    const withIpv4 = found.filter((one) => one.Ipv6Native !== true);
    return withIpv4.map((one) => {
      const known = subnetFromWire(one);
      if (known === undefined) throw malformedReply(call, `it describes ${one.SubnetId ?? 'a subnet'} in part`);
      return known;
    });
  }

  async reservations(subnetId: string, options: CallOptions): Promise<AddressReservation[]> {
    const call = { action: 'ec2:GetSubnetCidrReservations', signal: options.signal };
    const found = await allPages(async (next) => {
      const input = { SubnetId: subnetId, MaxResults: pageSize, ...(next && { NextToken: next }) };
      const request = new GetSubnetCidrReservationsCommand(input);
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      const items = reply.SubnetIpv4CidrReservations;
      // "Nothing reserved" would let us reserve a second time; a reply without the list does not say it.
      if (items === undefined) throw malformedReply(call, 'it has no list of reservations');
      return { items, next: reply.NextToken };
    });
    return found.map((one) => {
      const known = reservationFromWire(one);
      if (known === undefined) throw malformedReply(call, 'it describes a reservation in part');
      return known;
    });
  }

  async reserve(
    subnetId: string,
    cidr: string,
    tags: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<AddressReservation> {
    const call = { action: 'ec2:CreateSubnetCidrReservation', signal: options.signal };
    const request = new CreateSubnetCidrReservationCommand({
      SubnetId: subnetId,
      Cidr: cidr,
      ReservationType: 'explicit',
      TagSpecifications: ec2Tags('subnet-cidr-reservation', tags),
    });
    const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.ec2.write.send(request, wire));
    const made = reservationFromWire(reply.SubnetCidrReservation ?? {});
    if (made === undefined) throw malformedReply(call, 'it names no reservation');
    return made;
  }

  async unreserve(reservationId: string, options: CallOptions): Promise<'done' | 'gone'> {
    const request = new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId: reservationId });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    try {
      await ec2Done(this.#aws.credentials, 'ec2:DeleteSubnetCidrReservation', send, options);
      return 'done';
    } catch (error) {
      if (serviceCodeOf(error) === 'InvalidSubnetCidrReservationID.NotFound') return 'gone';
      throw error;
    }
  }

  async taken(subnetId: string, options: CallOptions): Promise<TakenAddresses> {
    const call = { action: 'ec2:DescribeNetworkInterfaces', signal: options.signal };
    const input = { Filters: [{ Name: 'subnet-id', Values: [subnetId] }], MaxResults: pageSize };
    const found = await allPages(async (next) => {
      const request = new DescribeNetworkInterfacesCommand({ ...input, ...(next && { NextToken: next }) });
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.ec2.read.send(request, wire));
      if (reply.NetworkInterfaces === undefined) throw malformedReply(call, 'it has no list of interfaces');
      return { items: reply.NetworkInterfaces, next: reply.NextToken };
    });
    return { addresses: found.flatMap(addressesOf), prefixes: found.flatMap(prefixesOf) };
  }
}

function subnetFromWire(wire: WireSubnet): Subnet | undefined {
  const { SubnetId: id, VpcId: vpcId, AvailabilityZone: zone, CidrBlock: cidr } = wire;
  const { AvailableIpAddressCount: freeAddresses } = wire;
  if (!id || !vpcId || !zone || !cidr || freeAddresses === undefined) return undefined;
  return { id, vpcId, zone, cidr, freeAddresses, tags: tagsFromWire(wire.Tags) };
}

function reservationFromWire(wire: WireReservation): AddressReservation | undefined {
  const { SubnetCidrReservationId: id, SubnetId: subnetId, Cidr: cidr, ReservationType: kind } = wire;
  if (!id || !subnetId || !cidr || !kind) return undefined;
  return { id, subnetId, cidr, kind, tags: tagsFromWire(wire.Tags) };
}

function addressesOf(wire: WireInterface): string[] {
  return (wire.PrivateIpAddresses ?? []).flatMap(({ PrivateIpAddress: ip }) => (ip === undefined ? [] : [ip]));
}

function prefixesOf(wire: WireInterface): string[] {
  return (wire.Ipv4Prefixes ?? []).flatMap(({ Ipv4Prefix: prefix }) => (prefix === undefined ? [] : [prefix]));
}
