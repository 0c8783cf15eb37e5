import type { SourceRoute } from '../ports/host.ts';
import type { RoutingRule } from './ip-json.ts';

/**
 * Priority of our rules. It lies in the gap the Amazon VPC CNI leaves free between its rules to pods (512) and its other ones
 * (1024, 1536; amazon-vpc-cni-k8s pkg/networkutils/network.go: "513 - 1023, can be used"). After 512, because what a member sends to a
 * pod of its own node must go to the pod's veth: sent out by the member's interface it would come back with one of the node's
 * own addresses as its source, which the kernel drops. Before amazon-ec2-net-utils' rules (10000 and up) and `main` (32766).
 */
const sourceRulePriority = 768;

/** RTPROT_KERNEL (linux/rtnetlink.h); systemd-networkd removes foreign rules and routes but keeps those of the kernel (systemd #19106). */
const protocolKernel = 2;

/** Tables that belong to the kernel or to everybody: default, main, local (linux/rtnetlink.h), and 0, which means "unspecified". */
const reservedTables = new Set([0, 253, 254, 255]);

/** Whether a table may hold our routes: we empty it when its last rule goes. */
export function isUsableTable(table: number): boolean {
  return Number.isInteger(table) && table > 0 && table <= 0xffffffff && !reservedTables.has(table);
}

/** The rules that this project made for the address; anything else that names the address is somebody else's. */
export function ownRules(rules: readonly RoutingRule[], ip: string): RoutingRule[] {
  return rules.filter((rule) => isOwnRule(rule) && rule.source === ip);
}

function isOwnRule(rule: RoutingRule): boolean {
  return (
    rule.priority === sourceRulePriority &&
    rule.protocol === protocolKernel &&
    rule.table !== undefined &&
    isUsableTable(rule.table)
  );
}

/** The tables among those of `removed` that none of the rules that are left leads to. */
export function tablesWithoutRule(removed: readonly RoutingRule[], left: readonly RoutingRule[]): number[] {
  const used = new Set(left.map((rule) => rule.table));
  const tables = new Set(removed.flatMap((rule) => (rule.table === undefined ? [] : [rule.table])));
  return [...tables].filter((table) => !used.has(table));
}

/**
 * The routes of the interface's table as arguments of `ip`, in the order they must be made. The subnet comes first, so that the gateway
 * can be resolved on an interface with no address of its own in `main` (an AL2023 `no_manage` interface).
 */
export function routeCommands(route: SourceRoute): string[][] {
  const common = ['dev', route.linkName, 'table', String(route.table), 'protocol', 'kernel'];
  return [
    ['route', 'replace', route.subnetCidr, ...common, 'scope', 'link'],
    ['route', 'replace', 'default', 'via', route.gateway, ...common, 'onlink'],
  ];
}

/** The rule that sends what comes from the address to the table. */
export function ruleArguments(ip: string, table: number): string[] {
  return ['from', ip, 'lookup', String(table), 'priority', String(sourceRulePriority), 'protocol', 'kernel'];
}
