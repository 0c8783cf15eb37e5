import { FirecampError } from '../domain/errors.ts';
import type { NetworkInterface } from './addresses.ts';
import type { CallOptions } from './call-options.ts';

/** How an interface is attached to its instance. */
export interface InterfaceAttachment {
  /** `eni-attach-…` */
  readonly id: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  /** 0 on instances with one card, and always for the primary interface. */
  readonly networkCard: number;
  readonly status: 'attaching' | 'attached' | 'detaching';
  /** Whether the interface goes when the instance is terminated. */
  readonly deleteOnTermination: boolean;
}

/** An interface as whoever attaches and detaches it looks at it. */
export interface AttachableInterface extends NetworkInterface {
  /** undefined when it is detached. */
  readonly attachment: InterfaceAttachment | undefined;
  readonly securityGroups: readonly string[];
}

/** What an interface is made with. */
export interface NewInterface {
  readonly subnetId: string;
  readonly securityGroups: readonly string[];
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /** At most 64 characters. EC2 makes one interface for a token; the same token with anything else different is refused. */
  readonly clientToken: string;
}

/** What an instance type has room for. */
export interface InterfaceLimits {
  /** Interfaces on the first network card, the primary included. */
  readonly interfaces: number;
  /** IPv4 addresses on each interface, the primary included. */
  readonly addresses: number;
}

/**
 * Making, attaching and taking away the interfaces of nodes. Reads are retried inside, all pages; changes are sent once. What goes wrong
 * rejects with `RequestFailedError`, whose `effect` says whether a change may have been done.
 */
export interface NodeInterfaceService {
  /** Every interface that is attached to one of these instances, or is being attached or detached, in no order. */
  attachedTo(instanceIds: readonly string[], options: CallOptions): Promise<AttachableInterface[]>;
  /** Every interface with all of these tags, attached or not, in no order. EC2's view may lag behind by seconds. */
  withTags(tags: Readonly<Record<string, string>>, options: CallOptions): Promise<AttachableInterface[]>;
  /** By instance type; types that EC2 does not know are left out. */
  limits(instanceTypes: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, InterfaceLimits>>;
  /** @returns the id of the interface, which `withTags` may not show yet; with a token that was used before, of the one made then. */
  create(wanted: NewInterface, options: CallOptions): Promise<string>;
  /** Returns when EC2 has begun. @throws AttachmentRefusedError */
  attach(interfaceId: string, instanceId: string, deviceIndex: number, options: CallOptions): Promise<void>;
  /** From now on the interface goes when its instance is terminated. `gone` when it is not attached like that. */
  deleteOnTermination(interfaceId: string, attachmentId: string, options: CallOptions): Promise<'done' | 'gone'>;
  /** Begins to detach; `gone` when there is no such attachment. */
  detach(attachmentId: string, options: CallOptions): Promise<'done' | 'gone'>;
  /** Deletes a detached interface, and frees its addresses; `inUse` while it is attached or being detached. */
  delete(interfaceId: string, options: CallOptions): Promise<'done' | 'gone' | 'inUse'>;
}

/**
 * EC2 refused definitely to attach an interface. `full`: the instance has as many as it can have. `conflict`: the index or the interface is
 * taken, or not seen yet, so that it is worth looking again; whatever else EC2 calls a wrong parameter is told like that, too.
 */
export class AttachmentRefusedError extends FirecampError {
  readonly refusal: 'full' | 'conflict';

  constructor(refusal: 'full' | 'conflict', interfaceId: string, instanceId: string, serviceMessage: string) {
    super(
      refusal === 'full' ? 'FC-NOD-004' : 'FC-AWS-004',
      `EC2 refused to attach ${interfaceId} to ${instanceId}: ${serviceMessage}`,
      { fields: { interfaceId, instanceId, refusal } },
    );
    this.refusal = refusal;
  }
}
