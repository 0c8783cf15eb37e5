import {
  AssociateVPCWithHostedZoneCommand,
  type Change,
  ChangeResourceRecordSetsCommand,
  ConflictingDomainExists,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  HostedZoneAlreadyExists,
  InvalidChangeBatch,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  NoSuchHostedZone,
  type ResourceRecordSet,
  type VPC,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { HostedZoneService, NewZone, PrivateZone, RecordChange, ZoneRecord } from '../ports/hosted-zones.ts';
import { RecordSetConflictError } from '../ports/names.ts';
import { allPages } from './all-pages.ts';
import { awsRead, awsWrite } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { absoluteName, plainAddressRecord, plainName, recordSet } from './route53-records.ts';
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

  async create(zone: NewZone, options: CallOptions): Promise<PrivateZone> {
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
      if (!(causeOf(error) instanceof HostedZoneAlreadyExists)) throw error;
      const made = await this.#madeBefore(zone, options);
      if (made === undefined) throw error;
      return made;
    }
  }

  async associate(zoneId: string, vpcId: string, options: CallOptions): Promise<void> {
    const call = { action: 'route53:AssociateVPCWithHostedZone', signal: options.signal };
    const vpc = await this.#vpc(vpcId, options);
    const request = new AssociateVPCWithHostedZoneCommand({ HostedZoneId: zoneId, VPC: vpc });
    try {
      const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
      if (!reply.ChangeInfo?.Id) throw malformedReply(call, 'it names no change');
    } catch (error) {
      // Said as well when the zone that is there already is this one.
      if (!(causeOf(error) instanceof ConflictingDomainExists)) throw error;
      const seen = await this.#seenBy(vpcId, options);
      if (!seen.some((zone) => zone.id === zoneId)) throw error;
    }
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

  async #seenBy(vpcId: string, options: CallOptions): Promise<PrivateZone[]> {
    const call = { action: 'route53:ListHostedZonesByVPC', signal: options.signal };
    const vpc = await this.#vpc(vpcId, options);
    return allPages(async (next) => {
      const request = new ListHostedZonesByVPCCommand({ ...vpc, ...(next && { NextToken: next }) });
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.route53.read.send(request, wire));
      if (reply.HostedZoneSummaries === undefined) throw malformedReply(call, 'it has no list of zones');
      const items = reply.HostedZoneSummaries.map((one) => {
        const zone = zoneFromWire(one.HostedZoneId, one.Name);
        if (zone === undefined) throw malformedReply(call, 'it describes a zone in part');
        return zone;
      });
      return { items, next: reply.NextToken };
    });
  }

  /** The zone with the caller reference; one of the name may be somebody else's. */
  async #madeBefore(wanted: NewZone, options: CallOptions): Promise<PrivateZone | undefined> {
    const call = { action: 'route53:ListHostedZonesByName', signal: options.signal };
    const name = plainName(wanted.name);
    let start: { readonly DNSName: string; readonly HostedZoneId?: string } | undefined = { DNSName: `${name}.` };
    while (start !== undefined) {
      const request: ListHostedZonesByNameCommand = new ListHostedZonesByNameCommand(start);
      const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.route53.read.send(request, wire));
      if (reply.HostedZones === undefined) throw malformedReply(call, 'it has no list of zones');
      const made = reply.HostedZones.find((one) => one.CallerReference === wanted.callerReference);
      // The list goes on behind the name; a reference that was used for another name is no zone of ours.
      if (made !== undefined) return plainName(made.Name ?? '') === name ? zoneFromWire(made.Id, made.Name) : undefined;
      const { NextDNSName: nextName, NextHostedZoneId: nextId } = reply;
      const more = reply.IsTruncated === true && nextName !== undefined && plainName(nextName) === name;
      start = more ? { DNSName: nextName, ...(nextId && { HostedZoneId: nextId }) } : undefined;
    }
    return undefined;
  }

  async #vpc(vpcId: string, options: CallOptions): Promise<VPC & { VPCId: string; VPCRegion: VPCRegion }> {
    const region = await unlessAborted(this.#aws.region(), options.signal, 'finding out the region');
    return { VPCId: vpcId, VPCRegion: region as VPCRegion };
  }
}

function zoneFromWire(id: string | undefined, name: string | undefined): PrivateZone | undefined {
  if (!id || !name) return undefined;
  return { id: id.replace(/^\/hostedzone\//, ''), name: plainName(name) };
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
