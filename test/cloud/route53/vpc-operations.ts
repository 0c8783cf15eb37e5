import { type Answer, type Call, changeTree, pageSize, requestBody, zoneOf } from './call.ts';
import { invalidInput, Route53Failure } from './failure.ts';
import type { ZoneVpc } from './model.ts';
import type { Route53State } from './state.ts';
import type { XmlNode } from './xml.ts';

/** Source: Route 53 API reference, AssociateVPCWithHostedZone. */
export function associateVpc(call: Call): Answer {
  const zone = zoneOf(call);
  const vpc = vpcIn(call, requestBody(call));
  if (vpc === undefined) throw invalidInput('VPC is required');
  if (!zone.privateZone) {
    const message = `The hosted zone ${zone.id} is public; a VPC can only be associated with a private one.`;
    throw new Route53Failure(400, 'PublicZoneVPCAssociation', message);
  }
  refuseConflict(call.state, zone.name, vpc);
  call.state.setVpcs(zone.id, [...zone.vpcs, vpc]);
  return { tree: { ChangeInfo: changeTree(call.state.emptyChange()) } };
}

/** Source: Route 53 API reference, DisassociateVPCFromHostedZone: a private zone keeps its last VPC. */
export function disassociateVpc(call: Call): Answer {
  const zone = zoneOf(call);
  const vpc = vpcIn(call, requestBody(call));
  const left = zone.vpcs.filter(({ vpcId }) => vpcId !== vpc?.vpcId);
  if (left.length === zone.vpcs.length) {
    const message = `The VPC ${vpc?.vpcId} is not associated with the hosted zone ${zone.id}.`;
    throw new Route53Failure(404, 'VPCAssociationNotFound', message);
  }
  if (left.length === 0) {
    const message = `The VPC ${vpc?.vpcId} is the last one of the private hosted zone ${zone.id}.`;
    throw new Route53Failure(400, 'LastVPCAssociation', message);
  }
  call.state.setVpcs(zone.id, left);
  return { tree: { ChangeInfo: changeTree(call.state.emptyChange()) } };
}

/** Source: Route 53 API reference, ListHostedZonesByVPC: only private zones have VPCs; ids are without their prefix. */
export function listHostedZonesByVpc(call: Call): Answer {
  const { query, state, topology } = call;
  const vpc = knownVpc(call, query.get('vpcid') ?? '', query.get('vpcregion') ?? '');
  const size = pageSize(call, 100);
  const all = state.zones().filter(({ vpcs }) => vpcs.some(({ vpcId }) => vpcId === vpc.vpcId));
  const token = query.get('nexttoken');
  const from = token === null ? 0 : all.findIndex(({ id }) => id === token);
  if (from === -1) throw new Route53Failure(400, 'InvalidPaginationToken', `Invalid nexttoken: '${token}'`);
  const summaries = all.slice(from, from + size).map(({ id, name }) => {
    return { HostedZoneId: id, Name: name, Owner: { OwningAccount: topology.accountId } };
  });
  const next = all[from + size]?.id;
  return { tree: { HostedZoneSummaries: { HostedZoneSummary: summaries }, MaxItems: size, NextToken: next } };
}

/** The VPC that a request names; undefined when it names none. */
export function vpcIn(call: Call, body: XmlNode): ZoneVpc | undefined {
  const vpc = body.child('VPC');
  const vpcId = vpc?.text('VPCId');
  if (vpc === undefined || vpcId === undefined) return undefined;
  return knownVpc(call, vpcId, vpc.text('VPCRegion') ?? call.topology.region);
}

function knownVpc({ topology }: Call, vpcId: string, region: string): ZoneVpc {
  if (region !== topology.region || !topology.vpcs.some(({ id }) => id === vpcId)) {
    const message = `The VPC: ${vpcId} you provided is not authorized to make the association.`;
    throw new Route53Failure(400, 'InvalidVPCId', message);
  }
  return { vpcId, region };
}

/** A VPC sees one private zone of a name (Route 53 API reference, ConflictingDomainExists). */
export function refuseConflict(state: Route53State, name: string, { vpcId, region }: ZoneVpc): void {
  const other = state.zones().find((zone) => zone.name === name && zone.vpcs.some((vpc) => vpc.vpcId === vpcId));
  if (other === undefined) return;
  const message =
    `The VPC ${vpcId} in region ${region} has already been associated with the hosted zone ${other.id} ` +
    'with the same domain name.';
  throw new Route53Failure(400, 'ConflictingDomainExists', message);
}
