import type { Command } from 'commander';
import { createReservation } from '../network/create-reservation.ts';
import { deleteReservation } from '../network/delete-reservation.ts';
import { listReservations, type SubnetView } from '../network/list-reservations.ts';
import type { ReservationRequest } from '../network/reservation-request.ts';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import {
  type ChangeOptions,
  type DestroyOptions,
  type OutputFormat,
  withChangeOptions,
  withDestroyOptions,
  withOutput,
} from './input/common-options.ts';
import { wholeNumber } from './input/numbers.ts';
import { changesTable, printChanges } from './output/changes.ts';
import { printResult } from './output/print.ts';
import { nothing, textTable } from './output/table.ts';
import { withProgress, withSession } from './with-session.ts';

interface CreateOptions extends ClusterOptions, ChangeOptions {
  readonly zone?: string;
  readonly subnet?: string;
  readonly cidr?: string;
  readonly addresses?: number;
}

/** `firecamp network`: the ranges of addresses that are kept for the members of a cluster. */
export function addNetwork(program: Command, cli: Cli): void {
  const network = program
    .command('network')
    .summary('reserve addresses of subnets for members')
    .description(
      'Members’ addresses come from ranges of the subnets that are reserved in EC2 for this cluster (explicit subnet CIDR reservations), so that AWS gives them to nobody else.',
    );
  addNetworkCreate(network, cli);
  addNetworkList(network, cli);
  addNetworkDelete(network, cli);
}

function addNetworkCreate(network: Command, cli: Cli): void {
  withChangeOptions(withClusterOptions(network.command('create')))
    .summary('reserve a range of a subnet')
    .description(
      'Reserves a range of a subnet for members’ addresses: the range given, or a free block of it. At least one of zone, subnet and range says where.',
    )
    .option('--zone <zone>', 'availability zone of the subnet')
    .option('--subnet <id>', 'the subnet')
    .option('--cidr <range>', 'the range, such as 10.0.8.0/26')
    .option(
      '--addresses <count>',
      'without a range: how many addresses at least (64 unless told)',
      wholeNumber(1, 65_536),
    )
    .action(async (options: CreateOptions) => {
      const { zone, subnet: subnetId, cidr, addresses, dryRun, output } = options;
      const request: ReservationRequest = {
        ...(zone !== undefined && { zone }),
        ...(subnetId !== undefined && { subnetId }),
        ...(cidr !== undefined && { cidr }),
        ...(addresses !== undefined && { addresses }),
      };
      await withSession(cli, options, {}, async ({ operation }) => {
        const made = await withProgress(cli, output, (told) =>
          createReservation(operation({ ...told, dryRun }), request),
        );
        printResult(cli, output, { dryRun, ...made }, () => {
          const id = made.id ?? 'the reservation';
          return `${changesTable(made.changes)}\n${id} has ${made.free} free addresses\n`;
        });
      });
    });
}

function addNetworkList(network: Command, cli: Cli): void {
  withOutput(withClusterOptions(network.command('list')))
    .summary('show the subnets and what is reserved in them')
    .description('Shows the subnets that members can live in, what is reserved in them and for whom, and what is free.')
    .action(async (options: ClusterOptions & { readonly output: OutputFormat }) => {
      await withSession(cli, options, {}, async ({ operation }) => {
        const subnets = await listReservations(operation({ signal: cli.signal }));
        printResult(cli, options.output, { subnets }, () => networkTable(subnets));
      });
    });
}

function addNetworkDelete(network: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(network.command('delete')))
    .summary('give a reserved range back')
    .description('Gives a reserved range back to its subnet. Refused while members have addresses in it.')
    .argument('<reservation>', 'id of the reservation, scr-…')
    .action(async (id: string, options: ClusterOptions & DestroyOptions) => {
      await withSession(cli, options, {}, async ({ operation }) => {
        const { dryRun, output, yes } = options;
        if (dryRun === 'none' && !yes) {
          const { changes } = await deleteReservation(operation({ signal: cli.signal, dryRun: 'client' }), id);
          await confirm(cli, `Give back the reservation ${id}`, changes, yes);
        }
        const { changes } = await withProgress(cli, output, (told) =>
          deleteReservation(operation({ ...told, dryRun }), id),
        );
        printChanges(cli, options, changes);
      });
    });
}

/** A line a reservation; one for a subnet without any. */
function networkTable(subnets: readonly SubnetView[]): string {
  const rows = subnets.flatMap(({ zone, subnetId, cidr, usableNodes, reservations }) => {
    const subnet = [zone, subnetId, cidr, String(usableNodes)];
    if (reservations.length === 0) return [[...subnet, nothing, '', '', '', '']];
    return reservations.map(({ id, cidr: range, whose, members, free }) => [
      ...subnet,
      id,
      range,
      String(members.length),
      String(free),
      whose,
    ]);
  });
  const titles = ['ZONE', 'SUBNET', 'CIDR', 'NODES', 'RESERVATION', 'RANGE', 'MEMBERS', 'FREE', 'WHOSE'];
  return textTable(titles, rows);
}
