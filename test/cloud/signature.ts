import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { openSession } from './credentials.ts';
import type { CloudRequest, Principal } from './service.ts';
import type { Topology } from './topology.ts';

/** Why a request's signature is not accepted; each service words it in its own way. */
export type SignatureFault = 'missing' | 'unknown-key' | 'mismatch' | 'skewed' | 'expired-token';

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** A signed request is refused once its timestamp is five minutes off (IAM user guide, "AWS Signature Version 4"). */
const maximumSkewMs = 5 * 60_000;

/**
 * Checks an AWS Signature Version 4 in the Authorization header (IAM user guide, "Create a signed AWS API request"): derives
 * the key from the secret of the key id named, and compares.
 */
export function verifySignature(
  request: CloudRequest,
  service: string,
  topology: Topology,
  now: number,
): Principal | SignatureFault {
  const authorization = parseAuthorization(request.headers.authorization);
  const timestamp = request.headers['x-amz-date'] ?? '';
  if (!authorization || timestamp === '') return 'missing';
  const key = findKey(authorization.accessKeyId, request.headers['x-amz-security-token'], topology);
  if (!key) return 'unknown-key';
  if (!inRegion(authorization.region, service, topology.region)) return 'mismatch';
  if (authorization.service !== service || !timestamp.startsWith(authorization.date)) return 'mismatch';
  if (!same(sign(request, authorization, timestamp, key.secretAccessKey), authorization.signature)) return 'mismatch';
  if (!authorization.signedHeaders.includes('host') || !payloadMatches(request)) return 'mismatch';
  const age = Math.abs(now - parseTimestamp(timestamp));
  if (!(age < maximumSkewMs)) return 'skewed';
  if (key.expiresAt !== undefined && now >= key.expiresAt) return 'expired-token';
  return key.principal;
}

/** STS also has its older global endpoint in us-east-1. Clients with a given endpoint sign for Route 53 in their own region. */
function inRegion(signed: string, service: string, region: string): boolean {
  return service === 'route53' || signed === region || (service === 'sts' && signed === 'us-east-1');
}

function parseAuthorization(header: string | undefined): Authorization | undefined {
  const match = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    header ?? '',
  );
  if (!match) return undefined;
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] = (match[1] ?? '').split('/');
  if (terminator !== 'aws4_request') return undefined;
  return { accessKeyId, date, region, service, signedHeaders: (match[2] ?? '').split(';'), signature: match[3] ?? '' };
}

interface Key {
  readonly secretAccessKey: string;
  readonly expiresAt?: number;
  readonly principal: Principal;
}

function findKey(accessKeyId: string, token: string | undefined, topology: Topology): Key | undefined {
  if (token === undefined) {
    const known = topology.principals?.find((item) => item.accessKeyId === accessKeyId);
    return (
      known && {
        secretAccessKey: known.secretAccessKey,
        principal: { accessKeyId, arn: known.arn, policy: known.policy },
      }
    );
  }
  const session = openSession(accessKeyId, token);
  const role = topology.roles?.find((item) => item.name === session?.roleName);
  if (!session || !role) return undefined;
  return {
    secretAccessKey: session.secretAccessKey,
    expiresAt: session.expiresAt,
    principal: { accessKeyId, arn: session.arn, policy: role.policy },
  };
}

function sign(request: CloudRequest, authorization: Authorization, timestamp: string, secret: string): string {
  const { date, region, service } = authorization;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest(request, authorization.signedHeaders))];
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(text.join('\n')).digest('hex');
}

function canonicalRequest(request: CloudRequest, signedHeaders: readonly string[]): string {
  // Every service but S3 signs the path encoded once more than it is sent.
  const path = request.url.pathname.split('/').map(uriEncode).join('/');
  const query = [...request.url.searchParams]
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`,
  );
  const payload = request.headers['x-amz-content-sha256'] ?? sha256(request.body);
  return [request.method, path, query, headers.join(''), signedHeaders.join(';'), payload].join('\n');
}

function payloadMatches(request: CloudRequest): boolean {
  const claimed = request.headers['x-amz-content-sha256'];
  return claimed === undefined || claimed === sha256(request.body);
}

/** RFC 3986 encoding, as SigV4 asks; encodeURIComponent leaves five characters alone that it wants encoded. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function parseTimestamp(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
