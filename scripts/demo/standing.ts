import { Resolver } from 'node:dns/promises';
import type { Network } from './network.ts';
import { nodeOfInterface, nodes } from './nodes.ts';
import { members, service } from './service.ts';
import type { DemoWorld } from './world.ts';

/** Where a member's address stands, seen from every side at one moment. */
export interface Standing {
  readonly member: string;
  readonly staticIp: string;
  readonly state: string;
  readonly epoch: number;
  /** Node of the interface that the record names; '' before the first claim. */
  readonly recordNode: string;
  readonly ownerUid: string;
  /** Node whose interface has it in EC2; '' when nobody has. */
  readonly ec2Node: string;
  /** Living nodes that have it on a link. */
  readonly hostNodes: readonly string[];
  /** What the VPC's resolver answers for the member's name. */
  readonly dns: string;
}

/** Looks at all members now, at the nodes that live. */
export async function standings(world: DemoWorld, network: Network, dead: ReadonlySet<string>): Promise<Standing[]> {
  const living = nodes.map((node) => node.name).filter((name) => !dead.has(name));
  const onHosts = await Promise.all(living.map(async (node) => ({ node, addresses: await network.addressesOf(node) })));
  const resolver = new Resolver();
  resolver.setServers([world.cloud.endpoints.dns]);
  return Promise.all(
    members.map(async ({ name, staticIp }) => {
      const signal = AbortSignal.timeout(5_000);
      const { record } = await world.store.get('staticIp', { ip: staticIp }, { signal });
      return {
        member: name,
        staticIp,
        state: record.owner?.state ?? 'unclaimed',
        epoch: record.owner?.epoch ?? 0,
        recordNode: nodeOfInterface(record.interfaceId),
        ownerUid: record.owner?.podUid ?? '',
        ec2Node: nodeOfInterface(world.cloud.ec2.holderOf(staticIp) ?? ''),
        hostNodes: onHosts.filter(({ addresses }) => addresses.includes(staticIp)).map(({ node }) => node),
        dns: (await resolver.resolve4(`${name}.${service.domain}`).catch(() => [])).join(' '),
      };
    }),
  );
}
