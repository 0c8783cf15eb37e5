import type { Command } from 'commander';
import { FirecampError } from '../../common/domain/errors.ts';
import { listNodes, type NodeLine } from '../nodes/list-nodes.ts';
import { prepareNode } from '../nodes/prepare-node.ts';
import type { PrepareRequest } from '../nodes/prepare-target.ts';
import { removeInterface } from '../nodes/remove-interface.ts';
import type { Change } from '../operation.ts';
import type { OperationOptions } from '../service-operations.ts';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type DestroyOptions, type OutputFormat, withDestroyOptions, withOutput } from './input/common-options.ts';
import { several } from './input/several.ts';
import { printChanges } from './output/changes.ts';
import { printResult } from './output/print.ts';
import { nothing, textTable } from './output/table.ts';
import { withProgress, withSession } from './with-session.ts';

interface PrepareOptions extends ClusterOptions, DestroyOptions {
  readonly remove: boolean;
  readonly subnet?: string;
  readonly securityGroup?: readonly string[];
}

/** `firecamp node`: interfaces for members on nodes that the Amazon VPC CNI runs. */
export function addNode(program: Command, cli: Cli): void {
  const node = program
    .command('node')
    .summary('give nodes with the VPC CNI an interface for members')
    .description(
      'Where the Amazon VPC CNI runs, members’ addresses live on a second network interface of the node, which the CNI leaves alone.',
    );
  addPrepare(node, cli);
  addNodeList(node, cli);
}

function addPrepare(node: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(node.command('prepare')))
    .summary('make, tag and attach the interface of a node')
    .description(
      'Makes a network interface for each of these nodes in the reserved subnet of its zone, tagged for the cluster and so that the VPC CNI leaves it alone, and attaches it; it goes when the instance goes. Run again, it changes nothing and shows what is there. With --remove it detaches and deletes what it made, once no member is on the node.',
    )
    .argument('<node...>', 'names of nodes, or ids of their instances')
    .option('--subnet <id>', 'a subnet of the node’s zone, in place of the reserved one')
    .option(
      '--security-group <ids>',
      'in place of those of the primary interface; several separated by commas',
      several,
    )
    .option('--remove', 'take the interface away again; asks before', false)
    .action(async (names: readonly string[], options: PrepareOptions) => {
      const { remove, output, dryRun, yes } = options;
      const request = requestOf(options);
      await withSession(cli, options, {}, async ({ operation }) => {
        const all = async (told: OperationOptions) => {
          const changes: Change[] = [];
          for (const name of names) {
            const run = remove ? removeInterface(operation(told), name) : prepareNode(operation(told), name, request);
            changes.push(...(await run).changes);
          }
          return changes;
        };
        if (remove && dryRun === 'none' && !yes) {
          const planned = await all({ signal: cli.signal, dryRun: 'client' });
          await confirm(cli, `Take the interfaces for members off ${names.join(', ')}`, planned, yes);
        }
        printChanges(cli, options, await withProgress(cli, output, (told) => all({ ...told, dryRun })));
      });
    });
}

function requestOf({ remove, subnet: subnetId, securityGroup: securityGroups }: PrepareOptions): PrepareRequest {
  if (remove && (subnetId !== undefined || securityGroups !== undefined)) {
    const message =
      '--remove takes away every interface that was made for the node: it goes with neither --subnet nor --security-group.';
    throw new FirecampError('FC-CFG-001', message);
  }
  return { ...(subnetId !== undefined && { subnetId }), ...(securityGroups !== undefined && { securityGroups }) };
}

function addNodeList(node: Command, cli: Cli): void {
  withOutput(withClusterOptions(node.command('list')))
    .summary('show which nodes members can run on')
    .description(
      'Shows the nodes with their interfaces for members, how many addresses these can still take, and what keeps members from a node.',
    )
    .action(async (options: ClusterOptions & { readonly output: OutputFormat }) => {
      await withSession(cli, options, {}, async ({ operation }) => {
        const nodes = await listNodes(operation({ signal: cli.signal }));
        printResult(cli, options.output, { nodes }, () => nodeTable(nodes));
      });
    });
}

/** How much room the interfaces have; nobody can say where EC2 does not know the instance type. */
function freeOn(forMembers: NodeLine['forMembers']): string {
  const known = forMembers.flatMap(({ free }) => free ?? []);
  return known.length < forMembers.length ? '?' : String(known.reduce((sum, free) => sum + free, 0));
}

function nodeTable(nodes: readonly NodeLine[]): string {
  const rows = nodes.map(({ name, zone, instanceId, instanceType, interfaces, forMembers, trouble }) => [
    name,
    zone,
    instanceId ?? nothing,
    instanceType ?? nothing,
    `${interfaces.count}/${interfaces.limit ?? '?'}`,
    forMembers.length === 0 ? nothing : forMembers.map(({ id }) => id).join(','),
    freeOn(forMembers),
    trouble ?? 'yes',
  ]);
  return textTable(['NODE', 'ZONE', 'INSTANCE', 'TYPE', 'INTERFACES', 'FOR MEMBERS', 'FREE', 'READY'], rows);
}
