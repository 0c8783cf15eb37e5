import { STATUS_CODES } from 'node:http';
import type { Clock } from '../clock.ts';
import type { SessionCredentials } from '../credentials.ts';
import type { Ec2State } from '../ec2/ec2-state.ts';
import type { CloudReply, CloudRequest, CloudService } from '../service.ts';
import type { Topology } from '../topology.ts';
import { AddressView } from './address-view.ts';
import { instanceMetadata } from './instance-metadata.ts';
import { lookUp } from './metadata-tree.ts';
import { MetadataTokens } from './tokens.ts';

const TOKEN_PATH = '/latest/api/token';
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
/** New credentials are there at least five minutes before the old ones expire (EC2 user guide, "IAM roles"). */
const REFRESH_BEFORE_MS = 300_000;

export interface ImdsOptions {
  /** credentials that the rest of the cloud accepts; left out: nothing under iam/ */
  readonly issueRoleCredentials?: (roleName: string) => SessionCredentials;
}

export type ImdsService = CloudService & {
  /** what this instance is shown of its interfaces; a test delays or freezes it */
  readonly view: AddressView;
  readonly tokens: MetadataTokens;
  /** false = the metadata service is switched off for the instance (403); may be changed at any time */
  enabled: boolean;
};

/**
 * The metadata service of one instance, version 2 only: every read needs a token (`HttpTokens: required`).
 *
 * Not simulated: the hop limit (an HTTP server does not see a packet's TTL), the 1,024 packets a second, IMDSv1.
 *
 * @throws Error when the instance does not exist.
 */
export function createImds(
  instanceId: string,
  ec2: Ec2State,
  _topology: Topology,
  clock: Clock,
  options: ImdsOptions = {},
): ImdsService {
  if (!ec2.instances.has(instanceId)) throw new Error(`no instance ${instanceId} to have a metadata service`);
  const tokens = new MetadataTokens(clock);
  const view = new AddressView(instanceId, ec2);
  const credentials = roleCredentials(instanceId, ec2, clock, options);
  const service: ImdsService = {
    name: 'imds',
    view,
    tokens,
    enabled: true,
    signed: () => false,
    operation: (request) => `${request.method} ${request.url.pathname}`,
    error: (status) => errorReply(status),
    handle(request) {
      if (!service.enabled) return errorReply(403);
      if (request.url.pathname === TOKEN_PATH) return tokenReply(request, tokens);
      if (request.method !== 'GET' && request.method !== 'HEAD') return errorReply(405);
      if (!tokens.accepts(request.headers[TOKEN_HEADER])) return errorReply(401);
      const instance = ec2.instances.get(instanceId);
      if (instance?.state !== 'running') return errorReply(503);
      const source = { ec2, instance, interfaces: view.interfaces(), credentials, now: clock.now() };
      return metadataReply(request.url.pathname, instanceMetadata(source));
    },
  };
  return service;
}

function metadataReply(path: string, tree: ReturnType<typeof instanceMetadata>): CloudReply {
  const text = lookUp({ latest: tree }, path);
  if (text === undefined) return errorReply(404);
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: text };
}

/** Source: EC2 user guide, "Use IMDSv2": PUT only, a TTL of 1 to 21,600 s, and none to a request that was forwarded. */
function tokenReply(request: CloudRequest, tokens: MetadataTokens): CloudReply {
  if (request.method !== 'PUT') return errorReply(405);
  if (request.headers['x-forwarded-for'] !== undefined) return errorReply(403);
  const ttl = request.headers[TTL_HEADER];
  const token = tokens.issue(ttl);
  if (token === undefined || ttl === undefined) return errorReply(400);
  return { status: 200, headers: { 'content-type': 'text/plain', [TTL_HEADER]: ttl }, body: token };
}

/** The page that a web server makes of a status, which is what IMDS answers; code and message have no place in it. */
function errorReply(status: number): CloudReply {
  const title = `${status} - ${STATUS_CODES[status] ?? 'Error'}`;
  const body = `<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** The same credentials until five minutes before they expire, as the real service keeps them. */
function roleCredentials(
  instanceId: string,
  ec2: Ec2State,
  clock: Clock,
  { issueRoleCredentials }: ImdsOptions,
): (() => SessionCredentials) | undefined {
  const role = ec2.instances.get(instanceId)?.roleName;
  if (role === undefined || issueRoleCredentials === undefined) return undefined;
  let current: SessionCredentials | undefined;
  return () => {
    if (current === undefined || current.expiresAt - REFRESH_BEFORE_MS <= clock.now()) {
      current = issueRoleCredentials(role);
    }
    return current;
  };
}
