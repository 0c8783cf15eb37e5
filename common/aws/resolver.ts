import { Resolver as NodeResolver } from 'node:dns/promises';
import { FirecampError, InterruptedError, RequestFailedError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Resolver } from '../ports/names.ts';

const timeoutMs = 1_000;
const tries = 3;

/** The name does not exist, or has no A record: an answer, not a failure. */
const empty = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the servers of the system, or those given, past every local cache and hosts file. */
export class DnsResolver implements Resolver {
  readonly #servers: readonly string[];

  /**
   * @param servers `address` or `address:port` each; none: the system's (resolv.conf).
   * @throws {FirecampError} FC-CFG-001 for anything else.
   */
  constructor(servers: readonly string[]) {
    try {
      new NodeResolver().setServers(servers);
    } catch (cause) {
      const text = `DNS servers are IP addresses, with a port where it is not 53, not ${servers.join(', ')}.`;
      throw new FirecampError('FC-CFG-001', text, { cause });
    }
    this.#servers = servers;
  }

  async resolve4(name: string, { signal }: CallOptions): Promise<string[]> {
    if (signal.aborted) throw new InterruptedError(`resolving ${name}`, signal.reason);
    // One resolver a call: cancelling ends all queries of a resolver.
    const resolver = new NodeResolver({ timeout: timeoutMs, tries });
    if (this.#servers.length > 0) resolver.setServers(this.#servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await resolver.resolve4(name);
    } catch (error) {
      if (signal.aborted) throw new InterruptedError(`resolving ${name}`, signal.reason);
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      if (empty.has(code)) return [];
      const servers = resolver.getServers().join(', ');
      throw new RequestFailedError('FC-DNS-001', `No resolver answers for ${name} (${code}; asked ${servers}).`, {
        effect: 'none',
        transient: true,
        fields: { name },
        cause: error,
      });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }
}
