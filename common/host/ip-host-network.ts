import { readFile } from 'node:fs/promises';
import { FirecampError, InterruptedError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { HostLink, HostNetwork, SourceRoute, VpcCniEvidence } from '../ports/host.ts';
import { checkAddress, checkLifetime, checkLinkName, checkSourceRoute } from './host-arguments.ts';
import { type HostCommandSettings, runHostCommand } from './ip-command.ts';
import {
  type LinkAddress,
  parseAddresses,
  parseLinks,
  parseRouteTables,
  parseRules,
  type RoutingRule,
} from './ip-json.ts';
import { ownRules, routeCommands, ruleArguments, tablesWithoutRule } from './source-routes.ts';
import { judgeVpcCni } from './vpc-cni-evidence.ts';

/**
 * The node's network by iproute2. Every method may be repeated, and cut off at any point: the next run ends in the same state.
 *
 * An address that something else (network scripts, a hand) put there with the subnet's prefix counts as present for
 * `findAddress`. `attach` still adds the /32, which the kernel allows beside it, and then drops the other one where the kernel flags it
 * `secondary`: left there it would outlive the lifetime. One without that flag carries its network's connected route and perhaps other
 * addresses (it may be the interface's primary), and is never touched, neither by `attach` nor by `detach`.
 *
 * What stays after `detach` and `removeSourceRoutes`: a link that `attach` brought up stays up.
 */
export class IpHostNetwork implements HostNetwork {
  readonly #settings: HostCommandSettings;

  constructor(settings: Partial<HostCommandSettings> = {}) {
    this.#settings = { ipPath: 'ip', arpingPath: 'arping', timeoutMs: 5000, ...settings };
  }

  async links(options: CallOptions): Promise<HostLink[]> {
    return parseLinks(await this.#ip(['-j', 'link', 'show'], options));
  }

  async vpcCni(options: CallOptions): Promise<VpcCniEvidence> {
    const [rules, links, tcpSockets] = await Promise.all([
      orUndefined(this.#rules(options)),
      orUndefined(this.links(options)),
      // Read through the process's own entry: in a container the network namespace decides, not the mount.
      orUndefined(readFile('/proc/self/net/tcp', 'utf8')),
    ]);
    return judgeVpcCni({ rules, links, tcpSockets });
  }

  async findAddress(ip: string, options: CallOptions): Promise<string | undefined> {
    const found = await this.#addresses(ip, options);
    return (found.find((address) => address.prefixLength === 32) ?? found[0])?.linkName;
  }

  async attach(ip: string, linkName: string, lifetimeSeconds: number, options: CallOptions): Promise<void> {
    checkAddress(ip);
    checkLinkName(linkName);
    checkLifetime(lifetimeSeconds);
    await this.#ip(['link', 'set', 'dev', linkName, 'up'], options);
    const lifetime = ['valid_lft', String(lifetimeSeconds), 'preferred_lft', '0'];
    await this.#ip(['-4', 'address', 'replace', `${ip}/32`, 'dev', linkName, ...lifetime], options);
    // After, not before: in between the host would not answer for the address.
    await this.#removeAddresses(ip, (address) => address.linkName !== linkName || address.prefixLength !== 32, options);
  }

  async detach(ip: string, options: CallOptions): Promise<boolean> {
    checkAddress(ip);
    return this.#removeAddresses(ip, () => true, options);
  }

  async addSourceRoute(route: SourceRoute, options: CallOptions): Promise<void> {
    checkSourceRoute(route);
    // Routes before the rule: a rule that leads to an empty table would do nothing, one to half a table would misroute.
    for (const command of routeCommands(route)) await this.#ip(['-4', ...command], options);
    const present = ownRules(await this.#rules(options), route.ip);
    if (!present.some((rule) => rule.table === route.table)) await this.#addRule(route.ip, route.table, options);
    await this.#removeRules(route.ip, (rule) => rule.table !== route.table, options);
  }

  async removeSourceRoutes(ip: string, options: CallOptions): Promise<void> {
    checkAddress(ip);
    await this.#removeRules(ip, () => true, options);
  }

  async announce(ip: string, linkName: string, options: CallOptions): Promise<void> {
    checkAddress(ip);
    checkLinkName(linkName);
    try {
      await this.#run(this.#settings.arpingPath, ['-U', '-c', '1', '-I', linkName, ip], options);
    } catch (error) {
      // Debian's `arping` package counts an unanswered announcement as a failure, with nothing to say; iputils' does not.
      const unanswered =
        error instanceof FirecampError && error.fields['exitStatus'] === 1 && error.fields['stderr'] === '';
      if (!unanswered) throw error;
    }
  }

  async #addRule(ip: string, table: number, options: CallOptions): Promise<void> {
    try {
      await this.#ip(['-4', 'rule', 'add', ...ruleArguments(ip, table)], options);
    } catch (error) {
      // Another process of this project added it in between: the kernel refuses a second one ("File exists").
      if (error instanceof InterruptedError) throw error;
      if (!ownRules(await this.#rules(options), ip).some((rule) => rule.table === table)) throw error;
    }
  }

  async #removeRules(ip: string, wanted: (rule: RoutingRule) => boolean, options: CallOptions): Promise<void> {
    const removed = ownRules(await this.#rules(options), ip).filter(wanted);
    for (const rule of removed) await this.#delRule(ip, rule, options);
    if (removed.length === 0) return;
    for (const table of tablesWithoutRule(removed, await this.#rules(options))) {
      await this.#emptyTable(table, options);
    }
  }

  async #emptyTable(table: number, options: CallOptions): Promise<void> {
    const used = async () =>
      parseRouteTables(await this.#ip(['-j', '-N', '-4', 'route', 'show', 'table', 'all'], options));
    // Only ours: should the number clash with another program's table, its routes stay. The kernel refuses a table that never had one.
    if (!(await used()).has(table)) return;
    try {
      await this.#ip(['-4', 'route', 'flush', 'table', String(table), 'protocol', 'kernel'], options);
    } catch (error) {
      if (error instanceof InterruptedError || (await used()).has(table)) throw error;
    }
  }

  async #delRule(ip: string, rule: RoutingRule, options: CallOptions): Promise<void> {
    if (rule.table === undefined) return;
    try {
      await this.#ip(['-4', 'rule', 'del', ...ruleArguments(ip, rule.table)], options);
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      if (ownRules(await this.#rules(options), ip).some((left) => left.table === rule.table)) throw error;
    }
  }

  async #removeAddresses(
    ip: string,
    wanted: (address: LinkAddress) => boolean,
    options: CallOptions,
  ): Promise<boolean> {
    const removable = (await this.#addresses(ip, options)).filter(
      (address) => wanted(address) && (address.prefixLength === 32 || address.secondary),
    );
    for (const address of removable) await this.#delAddress(address, options);
    return removable.length > 0;
  }

  async #delAddress(address: LinkAddress, options: CallOptions): Promise<void> {
    const { ip, prefixLength, linkName } = address;
    try {
      await this.#ip(['-4', 'address', 'del', `${ip}/${prefixLength}`, 'dev', linkName], options);
    } catch (error) {
      // It ran out, or its link went, between the look and the removal.
      if (error instanceof InterruptedError) throw error;
      const left = await this.#addresses(ip, options);
      if (left.some((other) => other.linkName === linkName && other.prefixLength === prefixLength)) throw error;
    }
  }

  async #addresses(ip: string, options: CallOptions): Promise<LinkAddress[]> {
    const all = parseAddresses(await this.#ip(['-j', '-4', 'address', 'show'], options));
    return all.filter((address) => address.ip === ip);
  }

  async #rules(options: CallOptions): Promise<RoutingRule[]> {
    return parseRules(await this.#ip(['-j', '-d', '-N', '-4', 'rule', 'show'], options));
  }

  #ip(args: readonly string[], options: CallOptions): Promise<string> {
    return this.#run(this.#settings.ipPath, args, options);
  }

  #run(file: string, args: readonly string[], options: CallOptions): Promise<string> {
    return runHostCommand(file, args, { signal: options.signal, timeoutMs: this.#settings.timeoutMs });
  }
}

async function orUndefined<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    return undefined;
  }
}
