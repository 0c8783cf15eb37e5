import { writeFile } from 'node:fs/promises';
import { parseCidr, subnetGateway } from '../../../common/domain/ipv4.ts';
import { ipBatch, mustRun } from './run-command.ts';

/** A network interface (ENI) of a node. */
export interface InterfaceSpec {
  /** Name in the node, e.g. `ens5`. */
  readonly name: string;
  readonly mac: string;
  readonly subnetCidr: string;
  readonly primaryIp: string;
  /** `false`: down and with no address, as AL2023 leaves an interface tagged `no_manage` that was attached after boot. */
  readonly up?: boolean;
}

/** A node of the fabric. */
export interface NodeSpec {
  readonly name: string;
  /** The first one is the primary: it has the node's default route. */
  readonly interfaces: readonly InterfaceSpec[];
  /** Lay the rules that the Amazon VPC CNI lays (amazon-vpc-cni-k8s pkg/networkutils/network.go). */
  readonly vpcCni?: boolean;
  /** Rewrite the source of what leaves this network to the primary address, as the CNI does; needs nft. */
  readonly snatOutside?: string;
  /** Reverse-path filter of the node: 0 off, 1 strict, 2 loose. */
  readonly rpFilter?: 0 | 1 | 2;
}

/** The two ends of an interface: in the node, and in the router. */
export interface Attachment {
  readonly spec: InterfaceSpec;
  readonly routerLink: string;
}

/**
 * Makes the node's namespace with a veth pair for each interface. The router's end answers ARP for every address, at once, and drops
 * what comes in with a source that is not routed back by it: with a /32 route for each address that is EC2's source check.
 */
export async function makeNodeNamespace(node: NodeSpec, attachments: readonly Attachment[]): Promise<void> {
  await mustRun(['ip', 'netns', 'add', node.name]);
  await mustRun(inNamespace(node.name, ['sh', '-c', nodeSysctls(node)]));
  await ipBatch(
    undefined,
    attachments.flatMap((attachment) => routerLines(node, attachment)),
  );
  for (const { routerLink } of attachments) await tuneRouterLink(routerLink);
  await ipBatch(node.name, [
    'link set dev lo up',
    ...attachments.flatMap((attachment, index) => nodeLines(attachment, index)),
    ...(node.vpcCni === true ? vpcCniLines : []),
  ]);
  if (node.snatOutside !== undefined) await addSnat(node, node.snatOutside);
}

/** A link more in a node that runs, as EC2 attaches an interface: down and with no address unless the spec says otherwise. */
export async function plugInterface(node: NodeSpec, attachment: Attachment): Promise<void> {
  await ipBatch(undefined, routerLines(node, attachment));
  await tuneRouterLink(attachment.routerLink);
  const lines = nodeLines(attachment, node.interfaces.length);
  if (lines.length > 0) await ipBatch(node.name, lines);
}

/** The command that runs `argv` in a namespace, and ends with the process that started it. */
export function inNamespace(namespace: string, argv: readonly string[]): string[] {
  return ['setpriv', '--pdeathsig', 'KILL', '--', 'nsenter', `--net=/run/netns/${namespace}`, '--', ...argv];
}

function nodeSysctls(node: NodeSpec): string {
  const filter = node.rpFilter ?? 0;
  const conf = '/proc/sys/net/ipv4/conf';
  return `echo ${filter} > ${conf}/all/rp_filter && echo ${filter} > ${conf}/default/rp_filter && echo 1 > /proc/sys/net/ipv4/ip_forward`;
}

function routerLines(node: NodeSpec, { spec, routerLink }: Attachment): string[] {
  return [
    `link add ${routerLink} type veth peer name ${spec.name} address ${spec.mac} netns ${node.name}`,
    `link set dev ${routerLink} up`,
  ];
}

async function tuneRouterLink(link: string): Promise<void> {
  await writeFile(`/proc/sys/net/ipv4/conf/${link}/proxy_arp`, '1');
  await writeFile(`/proc/sys/net/ipv4/conf/${link}/rp_filter`, '1');
  await writeFile(`/proc/sys/net/ipv4/neigh/${link}/proxy_delay`, '0');
}

function nodeLines({ spec }: Attachment, index: number): string[] {
  if (spec.up === false) return [];
  const prefixLength = parseCidr(spec.subnetCidr)?.prefixLength;
  const gateway = subnetGateway(spec.subnetCidr);
  if (prefixLength === undefined || gateway === undefined) throw new Error(`${spec.subnetCidr} is not a subnet.`);
  return [
    `link set dev ${spec.name} up`,
    // The metric keeps the primary's connected route first where two interfaces share a subnet, as net-utils and networkd do.
    `address add ${spec.primaryIp}/${prefixLength} dev ${spec.name} metric ${100 + index}`,
    ...(index === 0 ? [`route add default via ${gateway} dev ${spec.name}`] : []),
  ];
}

const vpcCniLines = [
  'rule add priority 20 lookup local',
  'rule del priority 0',
  'rule add fwmark 0x80/0x80 priority 1024 lookup main',
];

async function addSnat(node: NodeSpec, insideCidr: string): Promise<void> {
  const primary = node.interfaces[0]?.primaryIp ?? '';
  const rules = `table ip cni-snat {
    chain postrouting {
      type nat hook postrouting priority srcnat;
      oifname != "lo" ip daddr != ${insideCidr} fib daddr type != local snat to ${primary}
    }
  }
`;
  await mustRun(inNamespace(node.name, ['nft', '-f', '-']), rules);
}
