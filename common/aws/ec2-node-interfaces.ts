import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DetachNetworkInterfaceCommand,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { CallOptions } from '../ports/call-options.ts';
import {
  type AttachableInterface,
  AttachmentRefusedError,
  type InterfaceLimits,
  type NewInterface,
  type NodeInterfaceService,
} from '../ports/node-interfaces.ts';
import { awsWrite } from './aws-call.ts';
import { malformedReply, serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { attachableFromWire } from './ec2-attachable-interface.ts';
import { ec2Done } from './ec2-done.ts';
import { describeInstanceTypes } from './ec2-instance-types.ts';
import { describeInterfacesAs } from './ec2-interfaces.ts';
import { ec2Tags } from './ec2-tags.ts';
import { filterValues, literal } from './filter-values.ts';
import type { WireOptions } from './request-handler.ts';

/** EC2 API reference, "Error codes": while an interface is in use, the second may be said as well. */
const inUse = new Set(['InvalidNetworkInterface.InUse', 'InvalidParameterValue']);
const interfaceGone = new Set(['InvalidNetworkInterfaceID.NotFound', 'InvalidNetworkInterface.NotFound']);
const attachmentGone = new Set(['InvalidAttachmentID.NotFound', 'InvalidAttachment.NotFound']);
/** Of an interface that was just made, EC2 may say that it is not there. */
const conflicts = new Set([...inUse, ...interfaceGone]);

/** EC2 as `NodeInterfaceService`; see there for what it promises. */
export class Ec2NodeInterfaces implements NodeInterfaceService {
  readonly #aws: Pick<AwsClients, 'ec2' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'ec2' | 'credentials'>) {
    this.#aws = aws;
  }

  async attachedTo(instanceIds: readonly string[], options: CallOptions): Promise<AttachableInterface[]> {
    const parts = filterValues(instanceIds).map((some) => {
      return this.#describe([{ Name: 'attachment.instance-id', Values: some }], options);
    });
    return (await Promise.all(parts)).flat().filter(({ attachment }) => attachment !== undefined);
  }

  async withTags(tags: Readonly<Record<string, string>>, options: CallOptions): Promise<AttachableInterface[]> {
    const wanted = Object.entries(tags);
    // No filter would be every interface of the account.
    if (wanted.length === 0) throw new RangeError('interfaces are looked for by one tag at least');
    return this.#describe(
      wanted.map(([key, value]) => ({ Name: `tag:${key}`, Values: [literal(value)] })),
      options,
    );
  }

  async limits(instanceTypes: readonly string[], options: CallOptions): Promise<ReadonlyMap<string, InterfaceLimits>> {
    const found = await describeInstanceTypes(this.#aws, instanceTypes, options);
    return new Map(
      found.flatMap(({ InstanceType: type, NetworkInfo: network }) => {
        // Interfaces are attached to the first card; other cards have room of their own (EC2 user guide, "Network cards").
        const first = network?.NetworkCards?.find(({ NetworkCardIndex: index }) => index === 0);
        const interfaces = first?.MaximumNetworkInterfaces ?? network?.MaximumNetworkInterfaces;
        const addresses = network?.Ipv4AddressesPerInterface;
        if (type === undefined || interfaces === undefined || addresses === undefined) return [];
        return [[type, { interfaces, addresses }] as const];
      }),
    );
  }

  async create(wanted: NewInterface, { signal }: CallOptions): Promise<string> {
    const call = { action: 'ec2:CreateNetworkInterface', signal };
    const request = new CreateNetworkInterfaceCommand({
      SubnetId: wanted.subnetId,
      Groups: [...wanted.securityGroups],
      Description: wanted.description,
      TagSpecifications: ec2Tags('network-interface', wanted.tags),
      ClientToken: wanted.clientToken,
    });
    const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.ec2.write.send(request, wire));
    const id = reply.NetworkInterface?.NetworkInterfaceId;
    if (!id) throw malformedReply(call, 'it names no interface');
    return id;
  }

  async attach(interfaceId: string, instanceId: string, deviceIndex: number, options: CallOptions): Promise<void> {
    const request = new AttachNetworkInterfaceCommand({
      NetworkInterfaceId: interfaceId,
      InstanceId: instanceId,
      DeviceIndex: deviceIndex,
    });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    try {
      await ec2Done(this.#aws.credentials, 'ec2:AttachNetworkInterface', send, options);
    } catch (error) {
      const code = serviceCodeOf(error) ?? '';
      const text = error instanceof Error ? error.message : String(error);
      if (code === 'AttachmentLimitExceeded') throw new AttachmentRefusedError('full', interfaceId, instanceId, text);
      if (conflicts.has(code)) throw new AttachmentRefusedError('conflict', interfaceId, instanceId, text);
      throw error;
    }
  }

  async deleteOnTermination(interfaceId: string, attachmentId: string, options: CallOptions): Promise<'done' | 'gone'> {
    const request = new ModifyNetworkInterfaceAttributeCommand({
      NetworkInterfaceId: interfaceId,
      Attachment: { AttachmentId: attachmentId, DeleteOnTermination: true },
    });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    const done = ec2Done(this.#aws.credentials, 'ec2:ModifyNetworkInterfaceAttribute', send, options);
    return await doneUnless(done, new Set([...attachmentGone, ...interfaceGone]));
  }

  async detach(attachmentId: string, options: CallOptions): Promise<'done' | 'gone'> {
    const request = new DetachNetworkInterfaceCommand({ AttachmentId: attachmentId });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    return await doneUnless(
      ec2Done(this.#aws.credentials, 'ec2:DetachNetworkInterface', send, options),
      attachmentGone,
    );
  }

  async delete(interfaceId: string, options: CallOptions): Promise<'done' | 'gone' | 'inUse'> {
    const request = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: interfaceId });
    const send = (wire: WireOptions) => this.#aws.ec2.write.send(request, wire);
    try {
      return await doneUnless(
        ec2Done(this.#aws.credentials, 'ec2:DeleteNetworkInterface', send, options),
        interfaceGone,
      );
    } catch (error) {
      if (inUse.has(serviceCodeOf(error) ?? '')) return 'inUse';
      throw error;
    }
  }

  #describe(filters: Filter[], options: CallOptions): Promise<AttachableInterface[]> {
    return describeInterfacesAs(this.#aws, filters, attachableFromWire, options);
  }
}

async function doneUnless(sent: Promise<void>, gone: ReadonlySet<string>): Promise<'done' | 'gone'> {
  try {
    await sent;
    return 'done';
  } catch (error) {
    if (gone.has(serviceCodeOf(error) ?? '')) return 'gone';
    throw error;
  }
}
