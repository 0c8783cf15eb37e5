import { setTimeout as sleep } from 'node:timers/promises';
import { InterruptedError, RequestFailedError } from '../domain/errors.ts';
import { isIpv4 } from '../domain/ipv4.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { InstanceIdentity, InstanceMetadata, MetadataInterface } from '../ports/instance-metadata.ts';
import type { AwsConfig } from './aws-config.ts';
import { type Connections, exchange, HttpFailure, type Reply } from './http-exchange.ts';
import { unlessAborted } from './unless-aborted.ts';

/** One call's deadline and how often it is made; IMDS is on the same machine and answers in milliseconds or not at all. */
const callTimeoutMs = 1_000;
const tries = 3;
/** The longest there is; a token is only as good as its instance is up (EC2 user guide, "Use IMDSv2"). */
const tokenLifetimeSeconds = 21_600;

/** IMDSv2 over plain HTTP; see `InstanceMetadata` for what it promises. */
export class Imds implements InstanceMetadata {
  readonly #connections: Connections;
  readonly #base: string;
  readonly #disabled: boolean;
  #token: Promise<string> | undefined;
  #identity: Promise<InstanceIdentity> | undefined;

  constructor(config: AwsConfig['metadata'], connections: Connections) {
    this.#connections = connections;
    const base = config.endpoint ?? (config.ipv6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254');
    this.#base = base.replace(/\/+$/, '');
    this.#disabled = config.disabled;
  }

  async prepare({ signal }: CallOptions): Promise<void> {
    await unlessAborted(this.#sharedToken(), signal, waiting);
  }

  /** Read once: an instance keeps its id, type and place as long as it runs. */
  async identity({ signal }: CallOptions): Promise<InstanceIdentity> {
    this.#identity ??= this.#readIdentity().catch((error: unknown) => {
      this.#identity = undefined;
      throw error;
    });
    return unlessAborted(this.#identity, signal, waiting);
  }

  async interfaces(macs: readonly string[], options: CallOptions): Promise<MetadataInterface[]> {
    const found = await Promise.all(macs.map((mac) => this.#interface(mac.toLowerCase(), options)));
    return found.filter((one) => one !== undefined);
  }

  async localAddresses(mac: string, options: CallOptions): Promise<string[]> {
    return addressLines(await this.text(`${pathOf(mac.toLowerCase())}/local-ipv4s`, options));
  }

  /** The VPC of the instance's primary interface. */
  async vpcId(options: CallOptions): Promise<string> {
    const mac = await this.text('meta-data/mac', options);
    return this.text(`${pathOf(mac.toLowerCase())}/vpc-id`, options);
  }

  /** The text at `/latest/<path>`, or undefined when there is none (404). */
  async textOrNone(path: string, { signal }: CallOptions): Promise<string | undefined> {
    const reply = await this.#get(path, signal);
    if (reply.status === 404) return undefined;
    return reply.body.toString('utf8').trim();
  }

  /** The text at `/latest/<path>`, which must be there. */
  async text(path: string, options: CallOptions): Promise<string> {
    const text = await this.textOrNone(path, options);
    if (text === undefined) throw malformed(`it has nothing at ${path}`);
    return text;
  }

  async #readIdentity(): Promise<InstanceIdentity> {
    // As for the token: several callers wait for it.
    const options = { signal: new AbortController().signal };
    const [instanceId, instanceType, zone, region] = await Promise.all(
      ['instance-id', 'instance-type', 'placement/availability-zone', 'placement/region'].map((path) =>
        this.text(`meta-data/${path}`, options),
      ),
    );
    if (!instanceId || !instanceType || !zone || !region) throw malformed('its identity has empty values');
    return { instanceId, instanceType, zone, region };
  }

  async #interface(mac: string, options: CallOptions): Promise<MetadataInterface | undefined> {
    const path = pathOf(mac);
    const values = await Promise.all(
      ['interface-id', 'subnet-id', 'subnet-ipv4-cidr-block', 'device-number', 'local-ipv4s'].map((name) =>
        this.textOrNone(`${path}/${name}`, options),
      ),
    );
    const [interfaceId, subnetId, subnetCidr, deviceNumber, addresses] = values;
    if (interfaceId === undefined) return undefined;
    if (subnetId === undefined || deviceNumber === undefined || !/^\d+$/.test(deviceNumber)) {
      throw malformed(`interface ${mac} lacks its subnet or device number`);
    }
    // An IPv6-only subnet has neither IPv4 network nor addresses.
    return {
      mac,
      interfaceId,
      subnetId,
      subnetCidr: subnetCidr ?? '',
      deviceNumber: Number(deviceNumber),
      addresses: addressLines(addresses ?? ''),
    };
  }

  async #get(path: string, signal: AbortSignal): Promise<Reply> {
    const token = this.#sharedToken();
    const reply = await this.#read(path, token, signal);
    if (reply.status !== 401) return reply;
    // Only whoever still sees the refused token drops it; the others already wait for the new one.
    if (this.#token === token) this.#token = undefined;
    const again = await this.#read(path, this.#sharedToken(), signal);
    if (again.status === 401) throw unavailable('it refuses the session token that it has just given', false);
    return again;
  }

  async #read(path: string, token: Promise<string>, signal: AbortSignal): Promise<Reply> {
    const headers = { 'x-aws-ec2-metadata-token': await unlessAborted(token, signal, waiting) };
    return this.#call('GET', path, headers, signal);
  }

  #sharedToken(): Promise<string> {
    if (this.#token !== undefined) return this.#token;
    const token = this.#fetchToken();
    this.#token = token;
    token.catch(() => {
      if (this.#token === token) this.#token = undefined;
    });
    return token;
  }

  /** Takes no signal: several callers wait for it, and one that gives up must not take it from the others. */
  async #fetchToken(): Promise<string> {
    const lifetime = { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenLifetimeSeconds) };
    const reply = await this.#call('PUT', 'api/token', lifetime, undefined);
    const token = reply.body.toString('utf8').trim();
    if (reply.status !== 200 || !/^[\x21-\x7e]{1,1024}$/.test(token)) {
      throw unavailable(`it gave no session token (HTTP ${reply.status})`, false);
    }
    return token;
  }

  async #call(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    if (this.#disabled) throw unavailable('AWS_EC2_METADATA_DISABLED is set', false);
    const url = new URL(`${this.#base}/latest/${path}`);
    const limits = { connectTimeoutMs: callTimeoutMs, timeoutMs: callTimeoutMs, maxBytes: 64 * 1024, signal };
    let last = 'no answer';
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        const reply = await exchange({ method, url, headers }, this.#connections, limits);
        if (reply.status < 500 && reply.status !== 429) return answered(reply);
        last = `HTTP ${reply.status}`;
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError(waiting, signal.reason);
        if (!(error instanceof HttpFailure)) throw error;
        last = error.message;
      }
      if (attempt < tries) await sleep(100 * attempt);
    }
    throw unavailable(`${tries} tries of ${method} ${url.pathname}, the last: ${last}`, true);
  }
}

const waiting = 'asking the instance metadata service';

function answered(reply: Reply): Reply {
  if (reply.status === 200 || reply.status === 401 || reply.status === 404) return reply;
  const meaning = reply.status === 403 ? 'metadata is turned off for this instance' : 'unexpected';
  throw unavailable(`HTTP ${reply.status} (${meaning})`, false);
}

function pathOf(mac: string): string {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac)) throw malformed(`${JSON.stringify(mac)} is not a MAC address`);
  return `meta-data/network/interfaces/macs/${mac}`;
}

function addressLines(text: string): string[] {
  const lines = text.split(/\s+/).filter((line) => line !== '');
  const wrong = lines.find((line) => !isIpv4(line));
  if (wrong !== undefined) throw malformed(`${JSON.stringify(wrong.slice(0, 64))} is not an IPv4 address`);
  return lines;
}

function unavailable(what: string, transient: boolean): RequestFailedError {
  return new RequestFailedError('FC-AWS-007', `The instance metadata service did not answer as it should: ${what}.`, {
    effect: 'none',
    transient,
  });
}

function malformed(what: string): RequestFailedError {
  return new RequestFailedError('FC-AWS-007', `The instance metadata service is not understood: ${what}.`, {
    effect: 'none',
    transient: true,
  });
}
