import type { ClusterNode } from '../../network/cluster-network.ts';
import { subnetLabel } from '../../records/manifest-facts.ts';
import { type Check, type Finding, fail, type Look, pass, someOf, warn } from '../check.ts';
import { reservedInterfaces, usableNodes } from '../cluster-nodes.ts';
import { known } from '../seen.ts';
import { ifAddressed } from './address-checks.ts';

const zoneLabel = 'topology.kubernetes.io/zone';

/** Labels by which members are placed. */
export const labelCheck: Check = {
  id: 'FC-CHK-019',
  category: 'network',
  title: 'Labels of the nodes',
  expected: `${zoneLabel} as EC2 has it; where a zone has several reserved subnets, ${subnetLabel} with the node’s`,
  judge: (look) => ifAddressed(look, () => judgeZones(look) ?? judgeSubnets(look)),
};

/** Members are scheduled by what the label says, and get their addresses where the instance is. */
function judgeZones(look: Look): Finding | undefined {
  const zones = new Map(known(look.instances).map(({ id, zone }) => [id, zone]));
  const wrong = known(look.nodes).flatMap(({ name, zone, instanceId }) => {
    const real = instanceId === undefined ? undefined : zones.get(instanceId);
    return real === undefined || real === zone ? [] : [{ name, zone, real }];
  });
  if (wrong.length === 0) return undefined;
  const told = wrong.map(({ name, zone, real }) => `${name} is in ${real} and says ${zone || 'nothing'}`);
  return fail(
    someOf(told),
    labelling(
      zoneLabel,
      wrong.map(({ name, real }) => [name, real]),
    ),
  );
}

function judgeSubnets(look: Look): Finding {
  const nodes = usableNodes(look).map((node) => ({ node, subnets: reservedSubnets(look, node) }));
  const wrong = nodes.filter(({ node, subnets }) => {
    const label = node.labels[subnetLabel];
    return label !== undefined && !subnets.includes(label);
  });
  const said = ({ node, subnets }: Placed) =>
    `${node.name} says ${node.labels[subnetLabel]} and has interfaces for members in ${subnets.join(', ') || 'no reserved subnet'}`;
  if (wrong.length > 0) return fail(someOf(wrong.map(said)), subnetLabelling(wrong));
  const bare = nodes.filter(({ node }) => node.labels[subnetLabel] === undefined);
  if (bare.length === 0) return pass(`each of ${nodes.length} nodes names a subnet that it is in`);
  if (bare.length < nodes.length) {
    const text = `${someOf(bare.map(({ node }) => node.name))} lack ${subnetLabel}, which others have: it is heeded where all have it`;
    return warn(text, subnetLabelling(bare));
  }
  const split = look.plan.zones.filter((zone) => subnetsUsed(nodes, zone).length > 1);
  if (split.length === 0) return pass('no zone has members in more than one subnet');
  const text = `${split.join(', ')} has nodes in several reserved subnets, and a member may be scheduled to one that cannot hold its address`;
  return warn(text, subnetLabelling(nodes.filter(({ node }) => split.includes(node.zone))));
}

interface Placed {
  readonly node: ClusterNode;
  /** Reserved ones in which it has an interface for members. */
  readonly subnets: readonly string[];
}

function reservedSubnets(look: Look, node: ClusterNode): string[] {
  return [...new Set(reservedInterfaces(look, node).map(({ subnetId }) => subnetId))].sort();
}

function subnetsUsed(nodes: readonly Placed[], zone: string): string[] {
  return [...new Set(nodes.filter(({ node }) => node.zone === zone).flatMap(({ subnets }) => subnets))];
}

/** A node that is in two can say only one, and one that is in none nothing: for those alone there is no command. */
function subnetLabelling(nodes: readonly Placed[]): string | undefined {
  const known = nodes.flatMap(({ node, subnets: [first] }) =>
    first === undefined ? [] : [[node.name, first] as const],
  );
  return known.length === 0 ? undefined : labelling(subnetLabel, known);
}

function labelling(label: string, values: readonly (readonly [node: string, value: string])[]): string {
  return values.map(([node, value]) => `kubectl label --overwrite node ${node} ${label}=${value}`).join(' && ');
}
