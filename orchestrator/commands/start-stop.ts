import type { Command } from 'commander';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import {
  type ChangeOptions,
  type DestroyOptions,
  withChangeOptions,
  withDestroyOptions,
} from './input/common-options.ts';
import { printChanges } from './output/changes.ts';
import { withProgress, withSession } from './with-session.ts';

/** `firecamp stop`: ends all pods of a service. */
export function addStop(program: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(program.command('stop')))
    .summary('stop a service, keeping all that it has')
    .description(
      'Ends all pods of a service and waits until they are gone. Records, addresses, names and volumes stay; firecamp start brings the members back.',
    )
    .argument('<service>', 'name of the service')
    .action(async (service: string, options: ClusterOptions & DestroyOptions) => {
      await withSession(cli, options, service, async ({ operations, settings }) => {
        const { dryRun, output, yes } = options;
        if (dryRun === 'none' && !yes) {
          const planned = await operations.stopService(service, { signal: cli.signal, dryRun: 'client' });
          await confirm(cli, `Stop service ${service} of namespace ${settings.namespace}`, planned.changes, yes);
        }
        const run = await withProgress(cli, output, (told) => operations.stopService(service, { ...told, dryRun }));
        printChanges(cli, options, run.changes);
      });
    });
}

/** `firecamp start`: the pods that `stop` ended. */
export function addStart(program: Command, cli: Cli): void {
  withChangeOptions(withClusterOptions(program.command('start')))
    .summary('start a stopped service')
    .description(
      'Brings the members of a stopped service back, as many as there were. Does not wait: see firecamp wait.',
    )
    .argument('<service>', 'name of the service')
    .action(async (service: string, options: ClusterOptions & ChangeOptions) => {
      await withSession(cli, options, service, async ({ operations }) => {
        const { dryRun, output } = options;
        const run = await withProgress(cli, output, (told) => operations.startService(service, { ...told, dryRun }));
        printChanges(cli, options, run.changes);
      });
    });
}
