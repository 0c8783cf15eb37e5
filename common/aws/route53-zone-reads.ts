import {
  GetHostedZoneCommand,
  GetHostedZoneLimitCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesByVPCCommand,
  ListTagsForResourceCommand,
  NoSuchHostedZone,
  type VPC,
  type VPCRegion,
  type HostedZone as WireZone,
} from '@aws-sdk/client-route-53';
import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { PrivateZone, ZoneMarks, ZoneUse } from '../ports/hosted-zones.ts';
import { allPages } from './all-pages.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { plainName } from './route53-records.ts';

type Route53Access = Pick<AwsClients, 'route53' | 'credentials'>;

/** A VPC as Route 53 wants to be told of it. */
export type NamedVpc = VPC & { VPCId: string; VPCRegion: VPCRegion };

/** Every private zone that the VPC sees, whoever owns it. */
export function zonesSeenBy(aws: Route53Access, vpc: NamedVpc, options: CallOptions): Promise<PrivateZone[]> {
  const call = { action: 'route53:ListHostedZonesByVPC', signal: options.signal };
  return allPages(async (next) => {
    const request = new ListHostedZonesByVPCCommand({ ...vpc, ...(next && { NextToken: next }) });
    const reply = await awsRead(aws.credentials, call, (wire) => aws.route53.read.send(request, wire));
    if (reply.HostedZoneSummaries === undefined) throw malformedReply(call, 'it has no list of zones');
    const items = reply.HostedZoneSummaries.map((one) => {
      const zone = zoneFromWire(one.HostedZoneId, one.Name);
      if (zone === undefined) throw malformedReply(call, 'it describes a zone in part');
      return zone;
    });
    return { items, next: reply.NextToken };
  });
}

/** Every zone of the account with exactly this name, public ones too. */
export async function zonesOfName(aws: Route53Access, name: string, options: CallOptions): Promise<WireZone[]> {
  const call = { action: 'route53:ListHostedZonesByName', signal: options.signal };
  const wanted = plainName(name);
  const found: WireZone[] = [];
  let start: { readonly DNSName: string; readonly HostedZoneId?: string } | undefined = { DNSName: `${wanted}.` };
  while (start !== undefined) {
    const request: ListHostedZonesByNameCommand = new ListHostedZonesByNameCommand(start);
    const reply = await awsRead(aws.credentials, call, (wire) => aws.route53.read.send(request, wire));
    if (reply.HostedZones === undefined) throw malformedReply(call, 'it has no list of zones');
    // The list goes on behind the name (Route 53 API reference, ListHostedZonesByName).
    found.push(...reply.HostedZones.filter((one) => plainName(one.Name ?? '') === wanted));
    const { NextDNSName: nextName, NextHostedZoneId: nextId } = reply;
    const more = reply.IsTruncated === true && nextName !== undefined && plainName(nextName) === wanted;
    start = more ? { DNSName: nextName, ...(nextId && { HostedZoneId: nextId }) } : undefined;
  }
  return found;
}

/** As `HostedZoneService.marks`. */
export async function zoneMarks(aws: Route53Access, zoneId: string, options: CallOptions): Promise<ZoneMarks | 'gone'> {
  try {
    const [callerReference, tags] = await Promise.all([
      referenceOf(aws, zoneId, options),
      tagsOf(aws, zoneId, options),
    ]);
    return { callerReference, tags };
  } catch (error) {
    if (error instanceof FirecampError && error.cause instanceof NoSuchHostedZone) return 'gone';
    throw error;
  }
}

/** As `HostedZoneService.use` (Route 53 API reference, GetHostedZoneLimit). */
export async function zoneUse(aws: Route53Access, zoneId: string, options: CallOptions): Promise<ZoneUse> {
  const call = { action: 'route53:GetHostedZoneLimit', signal: options.signal };
  const request = new GetHostedZoneLimitCommand({ HostedZoneId: zoneId, Type: 'MAX_RRSETS_BY_ZONE' });
  const reply = await awsRead(aws.credentials, call, (wire) => aws.route53.read.send(request, wire));
  const { Count: records, Limit: limit } = reply;
  if (records === undefined || limit?.Value === undefined) throw malformedReply(call, 'it has no count or no limit');
  return { records, most: limit.Value };
}

async function referenceOf(aws: Route53Access, zoneId: string, options: CallOptions): Promise<string> {
  const call = { action: 'route53:GetHostedZone', signal: options.signal };
  const request = new GetHostedZoneCommand({ Id: zoneId });
  const reply = await awsRead(aws.credentials, call, (wire) => aws.route53.read.send(request, wire));
  const reference = reply.HostedZone?.CallerReference;
  if (reference === undefined) throw malformedReply(call, 'it has no caller reference');
  return reference;
}

async function tagsOf(aws: Route53Access, zoneId: string, options: CallOptions): Promise<Record<string, string>> {
  const call = { action: 'route53:ListTagsForResource', signal: options.signal };
  const request = new ListTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: zoneId });
  const reply = await awsRead(aws.credentials, call, (wire) => aws.route53.read.send(request, wire));
  if (reply.ResourceTagSet === undefined) throw malformedReply(call, 'it has no tags');
  const tags = reply.ResourceTagSet.Tags ?? [];
  return Object.fromEntries(tags.map(({ Key: key, Value: value }) => [key ?? '', value ?? '']));
}

/** The zone without the prefix of its id; undefined when its description lacks one of the two. */
export function zoneFromWire(id: string | undefined, name: string | undefined): PrivateZone | undefined {
  if (!id || !name) return undefined;
  return { id: id.replace(/^\/hostedzone\//, ''), name: plainName(name) };
}
