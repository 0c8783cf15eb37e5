import type { Clock } from '../clock.ts';
import type { AuthorizedResource, CloudReply, CloudRequest, CloudService, ImpliedAction } from '../service.ts';
import type { Topology } from '../topology.ts';
import type { Answer, Call } from './call.ts';
import { Route53Failure } from './failure.ts';
import { RateLimiter, type RateLimits } from './rate-limit.ts';
import { changeResourceRecordSets, changesAsked, getChange, listResourceRecordSets } from './record-operations.ts';
import { Route53State } from './state.ts';
import { changeTags, listTags, listTagsOfMany } from './tag-operations.ts';
import { associateVpc, disassociateVpc, listHostedZonesByVpc } from './vpc-operations.ts';
import { parseXml, xmlError, xmlReply } from './xml.ts';
import * as zones from './zone-operations.ts';

interface Route {
  readonly operation: string;
  readonly method: string;
  /** below /2013-04-01; its groups are ids */
  readonly path: RegExp;
  readonly run: (call: Call) => Answer;
}

/** Source: Route 53 API reference, "Request Syntax" of each operation. */
const ROUTES: readonly Route[] = [
  route('CreateHostedZone', 'POST', /^hostedzone$/, zones.createHostedZone),
  route('ListHostedZones', 'GET', /^hostedzone$/, zones.listHostedZones),
  route('ListHostedZonesByName', 'GET', /^hostedzonesbyname$/, zones.listHostedZonesByName),
  route('ListHostedZonesByVPC', 'GET', /^hostedzonesbyvpc$/, listHostedZonesByVpc),
  route('ChangeResourceRecordSets', 'POST', /^hostedzone\/([^/]+)\/rrset$/, changeResourceRecordSets),
  route('ListResourceRecordSets', 'GET', /^hostedzone\/([^/]+)\/rrset$/, listResourceRecordSets),
  route('AssociateVPCWithHostedZone', 'POST', /^hostedzone\/([^/]+)\/associatevpc$/, associateVpc),
  route('DisassociateVPCFromHostedZone', 'POST', /^hostedzone\/([^/]+)\/disassociatevpc$/, disassociateVpc),
  route('GetHostedZone', 'GET', /^hostedzone\/([^/]+)$/, zones.getHostedZone),
  route('GetHostedZoneLimit', 'GET', /^hostedzonelimit\/([^/]+)\/([^/]+)$/, zones.getHostedZoneLimit),
  route('DeleteHostedZone', 'DELETE', /^hostedzone\/([^/]+)$/, zones.deleteHostedZone),
  route('GetChange', 'GET', /^change\/([^/]+)$/, getChange),
  route('ChangeTagsForResource', 'POST', /^tags\/hostedzone\/([^/]+)$/, changeTags),
  route('ListTagsForResource', 'GET', /^tags\/hostedzone\/([^/]+)$/, listTags),
  route('ListTagsForResources', 'POST', /^tags\/hostedzone$/, listTagsOfMany),
];

function route(operation: string, method: string, path: RegExp, run: Route['run']): Route {
  return { operation, method, path, run };
}

export interface Route53Options {
  /** left out: no request is throttled */
  readonly limits?: RateLimits;
}

export type Route53Service = CloudService & { readonly state: Route53State };

/**
 * Route 53 (REST, API version 2013-04-01): hosted zones, simple record sets, changes and tags.
 *
 * Alias and routed record sets, health checks, DNSSEC and delegation sets are refused, not imitated.
 */
export function createRoute53(topology: Topology, clock: Clock, options: Route53Options = {}): Route53Service {
  const state = new Route53State(topology, clock);
  const limiter = new RateLimiter(options.limits ?? {});
  const call = (request: CloudRequest, operation: string): Call => ({
    operation,
    ids: find(request)?.ids ?? [],
    query: request.url.searchParams,
    body: request.body,
    state,
    topology,
  });
  return {
    name: 'route53',
    state,
    signed: () => true,
    operation: (request) => find(request)?.route.operation ?? `${request.method} ${request.url.pathname}`,
    handle: (request, operation) => answer(find(request)?.route, call(request, operation)),
    error: xmlError,
    resources: (request, operation) => resources(call(request, operation)),
    implied: (request, operation) => implied(call(request, operation)),
    throttle: (_, operation) =>
      limiter.refuses(operation, clock.now()) ? xmlError(400, 'Throttling', 'Rate exceeded') : undefined,
  };
}

/** Older clients end a path in a slash, and ids come with and without their `/hostedzone/` or `/change/`. */
function find(request: CloudRequest): { route: Route; ids: string[] } | undefined {
  const path = request.url.pathname
    .replace(/\/{2,}/g, '/')
    .replace(/^\/2013-04-01\//, '')
    .replace(/\/$/, '')
    .replace(/%2Fhostedzone%2F|%2Fchange%2F/gi, '');
  for (const candidate of ROUTES) {
    const match = candidate.method === request.method ? candidate.path.exec(path) : null;
    if (match !== null) return { route: candidate, ids: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

function answer(found: Route | undefined, call: Call): CloudReply {
  if (found === undefined) return xmlError(404, 'UnknownOperationException', `not simulated: ${call.operation}`);
  try {
    const { status = 200, headers = {}, tree } = found.run(call);
    return xmlReply(status, `${found.operation}Response`, tree, headers);
  } catch (error) {
    if (error instanceof Route53Failure) return xmlError(error.status, error.code, error.message);
    throw error;
  }
}

/** Route 53 looks at the VPC with the caller's rights (Service Authorization Reference, Amazon Route 53, "Dependent actions"). */
function implied(call: Call): readonly ImpliedAction[] {
  if (vpcNamed(call) === undefined) return [];
  return [{ action: 'ec2:DescribeVpcs', resources: [{ arn: '*', context: {} }] }];
}

/** `route53:VPCs` (developer guide, "Using IAM policy conditions for fine-grained access control"). */
function vpcContext(call: Call): AuthorizedResource['context'] {
  const vpc = vpcNamed(call);
  return vpc === undefined ? {} : { 'route53:VPCs': [vpc] };
}

function vpcNamed(call: Call): string | undefined {
  const { operation, query, topology } = call;
  const told = (id: string | null | undefined, region: string | null | undefined) =>
    id ? `VPCId=${id},VPCRegion=${region || topology.region}` : undefined;
  if (operation === 'ListHostedZonesByVPC') return told(query.get('vpcid'), query.get('vpcregion'));
  if (!['CreateHostedZone', 'AssociateVPCWithHostedZone'].includes(operation)) return undefined;
  // A malformed body is refused later, by the operation.
  const vpc = parseXml(call.body, `${operation}Request`)?.child('VPC');
  return told(vpc?.text('VPCId'), vpc?.text('VPCRegion'));
}

/**
 * ARNs without region and account, and the condition keys of ChangeResourceRecordSets.
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Route 53".
 */
function resources(call: Call): readonly AuthorizedResource[] {
  const id = call.ids[0];
  if (id === undefined) return [{ arn: '*', context: vpcContext(call) }];
  if (call.operation === 'GetChange') return [{ arn: `arn:aws:route53:::change/${id}`, context: {} }];
  const arn = `arn:aws:route53:::hostedzone/${id}`;
  if (call.operation !== 'ChangeResourceRecordSets') return [{ arn, context: vpcContext(call) }];
  const changes = changesAsked(call);
  const values = (pick: (change: (typeof changes)[number]) => string) => [...new Set(changes.map(pick))];
  const context = {
    // Normalised without the trailing dot: Developer Guide, "Using IAM policy conditions for fine-grained access control".
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': values(({ record }) => record.name.replace(/\.$/, '')),
    'route53:ChangeResourceRecordSetsRecordTypes': values(({ record }) => record.type),
    'route53:ChangeResourceRecordSetsActions': values(({ action }) => action),
  };
  return [{ arn, context }];
}
