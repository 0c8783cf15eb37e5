import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  ConflictingDomainExists,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  HostedZoneAlreadyExists,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  NoSuchHostedZone,
  type ResourceRecordSet,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type {
  HostedZoneService,
  NewZone,
  PrivateZone,
  RecordChange,
  ZoneMarks,
  ZoneRecord,
  ZoneUse,
} from '../ports/hosted-zones.ts';
import { RecordSetConflictError } from '../ports/names.ts';
import { awsRead, awsWrite } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { absoluteName, plainAddressRecord, plainName, recordSet } from './route53-records.ts';
import { type NamedVpc, zoneFromWire, zoneMarks, zonesOfName, zonesSeenBy, zoneUse } from './route53-zone-reads.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Route 53 as `HostedZoneService`; see there for what it promises. */
export class Route53Zones implements HostedZoneService {
  readonly #aws: Pick<AwsClients, 'route53' | 'credentials' | 'region'>;

  constructor(aws: Pick<AwsClients, 'route53' | 'credentials' | 'region'>) {
    this.#aws = aws;
  }

  async find(name: string, vpcId: string, options: CallOptions): Promise<PrivateZone | undefined> {
    return (await this.#seenBy(vpcId, options)).find((zone) => zone.name === plainName(name));
  }

  async named(name: string, options: CallOptions): Promise<PrivateZone[]> {
    const found = await zonesOfName(this.#aws, name, options);
    return found.flatMap((one) => (one.Config?.PrivateZone ? (zoneFromWire(one.Id, one.Name) ?? []) : []));
  }

  async create(zone: NewZone, options: CallOptions): Promise<PrivateZone> {
    const made = await this.#make(zone, options);
    await this.tag(made.id, zone.tags, options);
    return made;
  }

  marks(zoneId: string, options: CallOptions): Promise<ZoneMarks | 'gone'> {
    return zoneMarks(this.#aws, zoneId, options);
  }

  async tag(zoneId: string, tags: Readonly<Record<string, string>>, options: CallOptions): Promise<void> {
    const wanted = Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value }));
    if (wanted.length === 0) return;
    const call = { action: 'route53:ChangeTagsForResource', signal: options.signal };
    const request = new ChangeTagsForResourceCommand({
      ResourceType: 'hostedzone',
      ResourceId: zoneId,
      AddTags: wanted,
    });
    await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
  }

  use(zoneId: string, options: CallOptions): Promise<ZoneUse> {
    return zoneUse(this.#aws, zoneId, options);
  }

  async delete(zoneId: string, options: CallOptions): Promise<'done' | 'gone'> {
    const call = { action: 'route53:DeleteHostedZone', signal: options.signal };
    const request = new DeleteHostedZoneCommand({ Id: zoneId });
    try {
      const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
      if (!reply.ChangeInfo?.Id) throw malformedReply(call, 'it names no change');
      return 'done';
    } catch (error) {
      if (causeOf(error) instanceof NoSuchHostedZone) return 'gone';
      throw error;
    }
  }

  async change(zoneId: string, changes: readonly RecordChange[], options: CallOptions): Promise<string> {
    const call = { action: 'route53:ChangeResourceRecordSets', signal: options.signal };
    const batch = { Changes: changes.flatMap(wireChanges) };
    const request = new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: batch });
    try {
      const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
      const id = reply.ChangeInfo?.Id;
      if (!id) throw malformedReply(call, 'it names no change');
      return id.replace(/^\/change\//, '');
    } catch (error) {
      throw conflictOf(error, changes) ?? error;
    }
  }

  async *records(zoneId: string, options: CallOptions): AsyncGenerator<readonly ZoneRecord[]> {
    const call = { action: 'route53:ListResourceRecordSets', signal: options.signal };
    let input: ListResourceRecordSetsRequest | undefined = { HostedZoneId: zoneId };
    while (input !== undefined) {
      const request: ListResourceRecordSetsCommand = new ListResourceRecordSetsCommand(input);
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.route53.read.send(request, wire));
      if (reply.ResourceRecordSets === undefined) throw malformedReply(call, 'it has no list of records');
      yield reply.ResourceRecordSets.map(zoneRecord);
      if (reply.IsTruncated === true && !reply.NextRecordName)
        throw malformedReply(call, 'it does not say what follows');
      input = reply.IsTruncated
        ? {
            HostedZoneId: zoneId,
            StartRecordName: reply.NextRecordName,
            StartRecordType: reply.NextRecordType,
            StartRecordIdentifier: reply.NextRecordIdentifier,
          }
        : undefined;
    }
  }

  async #make(zone: NewZone, options: CallOptions): Promise<PrivateZone> {
    const call = { action: 'route53:CreateHostedZone', signal: options.signal };
    const request = new CreateHostedZoneCommand({
      Name: absoluteName(zone.name),
      VPC: await this.#vpc(zone.vpcId, options),
      CallerReference: zone.callerReference,
      HostedZoneConfig: { Comment: zone.comment, PrivateZone: true },
    });
    try {
      const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
      const made = zoneFromWire(reply.HostedZone?.Id, reply.HostedZone?.Name);
      if (made === undefined) throw malformedReply(call, 'it names no zone');
      return made;
    } catch (error) {
      // Which of the two comes first for a zone that is there in all respects is not published.
      const cause = causeOf(error);
      if (!(cause instanceof HostedZoneAlreadyExists || cause instanceof ConflictingDomainExists)) throw error;
      const made = await this.#madeBefore(zone, options);
      if (made === undefined) throw error;
      return made;
    }
  }

  async #seenBy(vpcId: string, options: CallOptions): Promise<PrivateZone[]> {
    return zonesSeenBy(this.#aws, await this.#vpc(vpcId, options), options);
  }

  /** The zone with the caller reference; one of the name may be somebody else's. */
  async #madeBefore(wanted: NewZone, options: CallOptions): Promise<PrivateZone | undefined> {
    const named = await zonesOfName(this.#aws, wanted.name, options);
    const made = named.find((one) => one.CallerReference === wanted.callerReference);
    return zoneFromWire(made?.Id, made?.Name);
  }

  async #vpc(vpcId: string, options: CallOptions): Promise<NamedVpc> {
    const region = await unlessAborted(this.#aws.region(), options.signal, 'finding out the region');
    return { VPCId: vpcId, VPCRegion: region as VPCRegion };
  }
}

function wireChanges({ current, next }: RecordChange): Change[] {
  const remove: Change[] = current === undefined ? [] : [{ Action: 'DELETE', ResourceRecordSet: recordSet(current) }];
  const add: Change[] = next === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: recordSet(next) }];
  return [...remove, ...add];
}

function zoneRecord(wire: ResourceRecordSet): ZoneRecord {
  return { name: plainName(wire.Name ?? ''), type: wire.Type ?? '', address: plainAddressRecord(wire) };
}

/** Names the record that the refusal is about, where it says so. */
function conflictOf(error: unknown, changes: readonly RecordChange[]): RecordSetConflictError | undefined {
  const cause = causeOf(error);
  if (!(cause instanceof InvalidChangeBatch)) return undefined;
  const said = cause.messages?.join('; ') || cause.message;
  const names = changes.flatMap(({ current, next }) => current?.name ?? next?.name ?? []);
  return new RecordSetConflictError(names.find((name) => said.includes(`'${name}.'`)) ?? names[0] ?? '', said);
}

function causeOf(error: unknown): unknown {
  return error instanceof FirecampError ? error.cause : undefined;
}
