import type { CallOptions } from './call-options.ts';

/** A subnet of a VPC. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  /** The Availability Zone's name, e.g. us-east-1a. */
  readonly zone: string;
  /** The IPv4 range. */
  readonly cidr: string;
  /** Addresses that nobody holds; those inside reservations count as free. */
  readonly freeAddresses: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A range of a subnet that EC2 gives no address out of by itself. */
export interface AddressReservation {
  readonly id: string;
  readonly subnetId: string;
  readonly cidr: string;
  /** Only out of an `explicit` one may single addresses be asked for; `prefix` ones are for delegated prefixes. */
  readonly kind: 'explicit' | 'prefix';
  readonly tags: Readonly<Record<string, string>>;
}

/** What is taken of a subnet. */
export interface TakenAddresses {
  /** Private IPv4 addresses of every interface in the subnet. */
  readonly addresses: readonly string[];
  /** Ranges delegated to interfaces, in CIDR form: none of their addresses can be assigned. */
  readonly prefixes: readonly string[];
}

/**
 * Subnets and which of their addresses are kept for us. Reads are retried inside, writes are sent once. Everything that goes
 * wrong rejects with `RequestFailedError`, whose `effect` says whether a write may have been done.
 */
export interface SubnetService {
  /** All subnets of the VPC that have an IPv4 range, in no order. */
  list(vpcId: string, options: CallOptions): Promise<Subnet[]>;
  /** All IPv4 reservations of the subnet, ours and others', in no order. */
  reservations(subnetId: string, options: CallOptions): Promise<AddressReservation[]>;
  /**
   * Reserves the range explicitly, with the tags. EC2 takes no client token here; after an unknown effect look at `reservations`.
   * A second reservation of the range is refused, as reservations never overlap (VPC user guide, "Subnet CIDR reservations").
   */
  reserve(
    subnetId: string,
    cidr: string,
    tags: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<AddressReservation>;
  /** Gives the range back; addresses in use stay in use. `gone` when there is no such reservation. */
  unreserve(reservationId: string, options: CallOptions): Promise<'done' | 'gone'>;
  /** What the interfaces in the subnet hold now. EC2's view may lag behind the truth by some seconds. */
  taken(subnetId: string, options: CallOptions): Promise<TakenAddresses>;
}
