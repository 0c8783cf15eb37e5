import { subnetGateway } from '../domain/ipv4.ts';
import type { NodeInterface } from '../domain/node-interfaces.ts';
import type { SourceRoute } from '../ports/host.ts';

/** What routing needs to know of an interface. */
export type RoutedInterface = Pick<NodeInterface, 'deviceNumber' | 'linkName' | 'subnetCidr'>;

/** Routing tables of members’ interfaces: this plus the interface's device number. Above the numbers that the VPC CNI and ec2-net-utils use. */
export const routeTableBase = 27_040;

/**
 * The routing that an address on this interface needs. On the primary interface none: the main table leads out by it. On any other,
 * replies would leave by the primary and be dropped by EC2's source check (EC2 user guide, source/destination checking).
 */
export function sourceRouteFor(ip: string, one: RoutedInterface): SourceRoute | undefined {
  const gateway = subnetGateway(one.subnetCidr);
  if (one.deviceNumber === 0 || gateway === undefined) return undefined;
  return { ip, linkName: one.linkName, gateway, subnetCidr: one.subnetCidr, table: routeTableBase + one.deviceNumber };
}
