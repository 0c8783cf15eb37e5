import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressOwner } from '../../../common/domain/records.ts';
import type { Call } from '../../cloud/call-log.ts';
import type { TestService } from './service.ts';
import type { World } from './world.ts';

/** Where a member's address stands, seen from record, EC2 and hosts. */
export interface Standing {
  readonly owner: AddressOwner | undefined;
  /** The interface that the record names. */
  readonly interfaceId: string;
  /** The interface that has the address in EC2. */
  readonly holder: string | undefined;
  /** The nodes that have it on a link, one entry for each time. */
  readonly hosts: readonly string[];
}

/** Looks at all of it now; hosts are looked for among `nodes`. */
export async function standingOf(
  world: World,
  service: TestService,
  nodes: readonly string[] = ['node-1', 'node-2'],
): Promise<Standing> {
  const ip = service.addresses[0] ?? '';
  const { owner, interfaceId } = await service.record(0);
  const found = await Promise.all(nodes.map(async (node) => (await addressOn(world, node, service)).map(() => node)));
  return { owner, interfaceId, holder: world.cloud.ec2.holderOf(ip), hosts: found.flat() };
}

/** An address on a link, as `ip -j` shows it. */
export interface HostAddress {
  readonly local: string;
  readonly prefixlen: number;
  readonly valid_life_time: number;
}

/** The entries of the member's address on the links of a node. */
export async function addressOn(world: World, node: string, service: TestService): Promise<HostAddress[]> {
  const links = (await ipJson(world, node, ['addr', 'show'])) as { addr_info: HostAddress[] }[];
  return links.flatMap((link) => link.addr_info.filter((info) => info.local === service.addresses[0]));
}

/** The rules of a node that route by the member's address. */
export async function rulesOf(world: World, service: TestService, node: string): Promise<unknown[]> {
  const rules = (await ipJson(world, node, ['rule', 'show'])) as { src?: string }[];
  return rules.filter((rule) => rule.src === service.addresses[0]);
}

async function ipJson(world: World, node: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await world.fabric.run(node, ['ip', '-j', '-4', ...args], { PATH: process.env['PATH'] });
  return JSON.parse(stdout);
}

/** The calls so far that would take the member's address off an interface. */
export function unassigns(world: World, service: TestService): Call[] {
  const calls = world.cloud.calls.of('ec2', 'UnassignPrivateIpAddresses');
  return calls.filter((call) => call.params['PrivateIpAddress.1'] === service.addresses[0]);
}

/** Asks until the probe gives something other than undefined, false and ''; rejects when that takes longer than `withinMs`. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false | ''> | T | undefined | false | '',
  withinMs = 15_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false && found !== '') return found;
    if (Date.now() > until) throw new Error(`Not within ${withinMs} ms: ${what}.`);
    await sleep(50);
  }
}
