import { type Answer, type Call, changeTree, pageSize, requestBody, zoneOf } from './call.ts';
import { invalidInput, Route53Failure } from './failure.ts';
import type { HostedZone, ZoneVpc } from './model.ts';
import { compareAscii, compareNames, nameFault, normaliseName } from './names.ts';
import type { Route53State } from './state.ts';
import { refuseConflict, vpcIn } from './vpc-operations.ts';
import type { XmlTree } from './xml.ts';

/** Zones a page. Source: Route 53 API reference, ListHostedZones and ListHostedZonesByName, MaxItems. */
const MAX_ZONES = 100;

/** Source: Route 53 API reference, CreateHostedZone (a zone with a VPC is private; the same CallerReference is 409). */
export function createHostedZone(call: Call): Answer {
  const body = requestBody(call);
  const callerReference = body.text('CallerReference');
  const given = body.text('Name');
  if (!callerReference || !given) throw invalidInput('Name and CallerReference are required');
  const name = normaliseName(given);
  if (nameFault(name) !== undefined)
    throw new Route53Failure(400, 'InvalidDomainName', `'${given}': ${nameFault(name)}`);
  // Of a zone that is deleted too: saltstack/salt issue 40655, Netflix/denominator pull request 356.
  if (call.state.wasUsed(callerReference)) {
    const message = `A hosted zone has already been created with the specified caller reference.`;
    throw new Route53Failure(409, 'HostedZoneAlreadyExists', message);
  }
  const vpc = vpcIn(call, body);
  const config = body.child('HostedZoneConfig');
  if (vpc === undefined && config?.text('PrivateZone') === 'true') {
    throw invalidInput('a private hosted zone (PrivateZone = true) needs a VPC');
  }
  if (vpc !== undefined) refuseConflict(call.state, name, vpc);
  const comment = config?.text('Comment');
  const vpcs = vpc === undefined ? [] : [vpc];
  const zone = call.state.addZone({ name, callerReference, comment, privateZone: vpc !== undefined, vpcs });
  return {
    status: 201,
    headers: { location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}` },
    tree: {
      HostedZone: zoneTree(call.state, zone),
      ChangeInfo: changeTree(call.state.emptyChange()),
      DelegationSet: delegation(call.state, zone),
      VPC: vpc === undefined ? undefined : vpcTree(vpc),
    },
  };
}

/** Source: Route 53 API reference, GetHostedZone. */
export function getHostedZone(call: Call): Answer {
  const zone = zoneOf(call);
  const vpcs = zone.privateZone ? { VPC: zone.vpcs.map(vpcTree) } : undefined;
  return {
    tree: { HostedZone: zoneTree(call.state, zone), DelegationSet: delegation(call.state, zone), VPCs: vpcs },
  };
}

/** Source: Route 53 API reference, GetHostedZoneLimit; Developer Guide, "Quotas": the values. */
export function getHostedZoneLimit(call: Call): Answer {
  const zone = zoneOf(call);
  const limits: Readonly<Record<string, { readonly count: number; readonly most: number }>> = {
    MAX_RRSETS_BY_ZONE: { count: call.state.records(zone.id).length, most: 10_000 },
    MAX_VPCS_ASSOCIATED_BY_ZONE: { count: zone.vpcs.length, most: 300 },
  };
  const type = call.ids[1] ?? '';
  const limit = limits[type];
  if (limit === undefined) throw invalidInput(`Invalid limit type: '${type}'`);
  return { tree: { Limit: { Type: type, Value: limit.most }, Count: limit.count } };
}

/** Source: Route 53 API reference, DeleteHostedZone: only the SOA and NS may be left. */
export function deleteHostedZone(call: Call): Answer {
  const zone = zoneOf(call);
  if (call.state.records(zone.id).length > 2) {
    const message = 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.';
    throw new Route53Failure(400, 'HostedZoneNotEmpty', message);
  }
  call.state.removeZone(zone.id);
  return { tree: { ChangeInfo: changeTree(call.state.emptyChange()) } };
}

/** Source: Route 53 API reference, ListHostedZones: Marker is the first zone of the page. */
export function listHostedZones(call: Call): Answer {
  const size = pageSize(call, MAX_ZONES);
  const marker = call.query.get('marker') ?? undefined;
  const all = [...call.state.zones()].sort((a, b) => compareAscii(a.id, b.id));
  const from = marker === undefined ? 0 : all.findIndex(({ id }) => id === marker);
  if (from === -1) throw invalidInput(`Invalid marker: '${marker}'`);
  const next = all[from + size];
  return {
    tree: {
      HostedZones: { HostedZone: all.slice(from, from + size).map((zone) => zoneTree(call.state, zone)) },
      Marker: marker,
      IsTruncated: next !== undefined,
      NextMarker: next?.id,
      MaxItems: size,
    },
  };
}

/**
 * Public and private zones together, from the name that was asked for or the next one after it: the caller has to
 * compare the name. Source: Route 53 API reference, ListHostedZonesByName.
 */
export function listHostedZonesByName(call: Call): Answer {
  const size = pageSize(call, MAX_ZONES);
  const dnsName = call.query.get('dnsname') ?? undefined;
  const zoneId = call.query.get('hostedzoneid')?.replace(/^\/?hostedzone\//, '');
  if (zoneId !== undefined && dnsName === undefined) throw invalidInput('hostedzoneid needs dnsname');
  const start = dnsName === undefined ? undefined : normaliseName(dnsName);
  const rest = call.state.zones().filter((zone) => {
    if (start === undefined) return true;
    const order = compareNames(zone.name, start);
    return order > 0 || (order === 0 && (zoneId === undefined || zone.id >= zoneId));
  });
  const next = rest[size];
  return {
    tree: {
      HostedZones: { HostedZone: rest.slice(0, size).map((zone) => zoneTree(call.state, zone)) },
      DNSName: dnsName,
      HostedZoneId: zoneId,
      IsTruncated: next !== undefined,
      NextDNSName: next?.name,
      NextHostedZoneId: next?.id,
      MaxItems: size,
    },
  };
}

function vpcTree({ vpcId, region }: ZoneVpc): XmlTree {
  return { VPCRegion: region, VPCId: vpcId };
}

function zoneTree(state: Route53State, zone: HostedZone): XmlTree {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { Comment: zone.comment, PrivateZone: zone.privateZone },
    ResourceRecordSetCount: state.records(zone.id).length,
  };
}

/** Only a public zone has a delegation set. */
function delegation(state: Route53State, zone: HostedZone): XmlTree | undefined {
  if (zone.privateZone) return undefined;
  const servers = state.records(zone.id).find(({ name, type }) => name === zone.name && type === 'NS')?.values ?? [];
  return { NameServers: { NameServer: servers.map((server) => server.replace(/\.$/, '')) } };
}
