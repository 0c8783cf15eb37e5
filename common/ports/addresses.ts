import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from './call-options.ts';

/** An elastic network interface as EC2 describes it. */
export interface NetworkInterface {
  readonly id: string;
  readonly mac: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly primaryIp: string;
  /** All private IPv4 addresses, the primary one included. */
  readonly addresses: readonly string[];
  /** Address slots taken by delegated prefixes. */
  readonly prefixCount: number;
  /** undefined when it is not attached. */
  readonly instanceId: string | undefined;
  /** 0 is the instance's primary interface; undefined when not attached. */
  readonly deviceIndex: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** For requests that change something: sent once, and never late. */
export interface SendOptions extends CallOptions {
  /**
   * Asked immediately before the signed request goes to the wire; throwing there means that nothing was sent.
   * It is how "no late requests" holds although credentials and signing take time.
   */
  readonly beforeSend: () => void;
  /** Milliseconds after which no answer is waited for. */
  readonly timeoutMs: number;
}

export interface AssignOptions extends SendOptions {
  /**
   * AllowReassignment: true moves the address from whoever has it as a secondary one; false is refused when anybody has it
   * (`AddressRefusedError`, `invalid`), so that an address believed free is never taken from a stranger.
   */
  readonly reassign: boolean;
}

/**
 * What EC2 is asked about addresses. Reads are retried inside (one retry owner a call); `assign` and `unassign` are sent once.
 * Rejections: `MissingIAMPermissions` and friends as `FirecampError`, everything that a later try may cure as `RequestFailedError`;
 * an address- or interface-related refusal as `AddressRefusedError`.
 */
export interface AddressService {
  /** The interface in the member's VPC that holds the address, or undefined when none does. `vpcId` left out: the VPC that this node is in. */
  findHolder(
    ip: string,
    subnet: { readonly vpcId?: string },
    options: CallOptions,
  ): Promise<NetworkInterface | undefined>;
  /** The interfaces of these MAC addresses. */
  findByMac(macs: readonly string[], options: CallOptions): Promise<NetworkInterface[]>;
  /** One interface by id; undefined when it is gone. */
  describe(interfaceId: string, options: CallOptions): Promise<NetworkInterface | undefined>;
  /** IPv4 addresses an interface of this instance type can have, the primary included. */
  addressesPerInterface(instanceType: string, options: CallOptions): Promise<number>;
  /**
   * Gives the address to the interface (EC2 API reference, AssignPrivateIpAddresses). Exactly one attempt.
   */
  assign(interfaceId: string, ip: string, options: AssignOptions): Promise<void>;
  /** Takes the address off this interface; `notHeld` when the interface does not hold it. Exactly one attempt. */
  unassign(interfaceId: string, ip: string, options: SendOptions): Promise<'done' | 'notHeld'>;
}

/** Why EC2 refused an address, as far as its error code tells. */
export type AddressRefusal = 'limitReached' | 'interfaceGone' | 'invalid';

/**
 * EC2 refused definitely: nothing was changed. `invalid` (InvalidParameterValue) alone proves nothing: it is said of a primary held elsewhere,
 * an address outside the subnet and an address not held alike; look at who holds the address.
 */
export class AddressRefusedError extends FirecampError {
  readonly refusal: AddressRefusal;

  constructor(refusal: AddressRefusal, interfaceId: string, ip: string, serviceMessage: string) {
    super(
      refusal === 'limitReached' ? 'FC-ENI-004' : 'FC-AWS-004',
      `EC2 refused ${ip} on ${interfaceId}: ${serviceMessage}`,
      { fields: { ip, interfaceId, refusal } },
    );
    this.refusal = refusal;
  }
}
