import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RequestFailedError } from '../domain/errors.ts';
import type { CredentialSources } from './aws-config.ts';
import type { CredentialLink } from './credentials.ts';
import { parseCredentials } from './credentials-reply.ts';
import { type Connections, exchange, HttpFailure } from './http-exchange.ts';

const limits = { connectTimeoutMs: 1_000, timeoutMs: 2_000, maxBytes: 64 * 1024 } as const;
const tries = 3;

/** The addresses that may be asked in clear: those of ECS's and EKS's agents (AWS SDKs and Tools reference, "Container credential provider"). */
const agents = new Set(['169.254.170.2', '169.254.170.23', '[fd00:ec2::23]', 'localhost', '[::1]']);

/**
 * The container credentials endpoint: EKS Pod Identity and ECS. The token file is read for every request, since it rotates.
 */
export function containerLink(sources: CredentialSources, connections: Connections): CredentialLink {
  return {
    name: 'the container credentials endpoint',
    async load() {
      const address = containerUrl(sources);
      if (address === undefined) return undefined;
      const token = await authorization(sources);
      const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: token }) };
      return parseCredentials(await ask(address, headers, connections));
    },
  };
}

/**
 * The endpoint that the variables name, the relative one first as in the SDK.
 * @throws {Error} for one that is neither HTTPS nor on this machine: a token and keys would cross the network in clear.
 */
export function containerUrl(sources: CredentialSources): URL | undefined {
  const { containerRelativeUri: relative, containerFullUri: full } = sources;
  if (relative !== undefined) return new URL(`http://169.254.170.2${relative.startsWith('/') ? '' : '/'}${relative}`);
  if (full === undefined) return undefined;
  const url = URL.parse(full);
  if (url === null) throw new Error('AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL');
  // The URL parser has made four plain numbers of every spelling of an IPv4 address.
  const local = agents.has(url.hostname) || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    throw new Error(
      `AWS_CONTAINER_CREDENTIALS_FULL_URI may be HTTPS, or HTTP to loopback or to the agent's address, not ${url.origin}`,
    );
  }
  return url;
}

async function authorization(sources: CredentialSources): Promise<string | undefined> {
  const file = sources.containerTokenFile;
  const token = file === undefined ? sources.containerToken : (await readFile(file, 'utf8')).trim();
  if (token !== undefined && /[\r\n]/.test(token)) throw new Error('the authorization token has a line break in it');
  return token;
}

async function ask(url: URL, headers: Readonly<Record<string, string>>, connections: Connections): Promise<string> {
  let last = '';
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    if (attempt > 1) await sleep(200 * attempt);
    try {
      const reply = await exchange({ method: 'GET', url, headers }, connections, limits);
      if (reply.status === 200) return reply.body.toString('utf8');
      last = `HTTP ${reply.status}`;
      if (reply.status < 500 && reply.status !== 429) throw new Error(`it answered ${last}`);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      last = error.message;
    }
  }
  throw new RequestFailedError('FC-AWS-005', `${tries} tries, the last: ${last}`, { effect: 'none', transient: true });
}
