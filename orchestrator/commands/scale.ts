import { type Command, InvalidArgumentError } from 'commander';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type DestroyOptions, withDestroyOptions } from './input/common-options.ts';
import { wholeNumber } from './input/numbers.ts';
import { printChanges } from './output/changes.ts';
import { withProgress, withSession } from './with-session.ts';

type Options = ClusterOptions & DestroyOptions & { readonly release: boolean; readonly deleteVolumes: boolean };

/** `firecamp scale`: more members, or fewer. */
export function addScale(program: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(program.command('scale')))
    .summary('change the number of members')
    .description(
      'Changes the number of a service’s members. New members get records, addresses, volumes and names first. Down, the members with the highest numbers go, and what they had is kept for a later scale-up unless --release is given. Does not wait for pods: see firecamp wait.',
    )
    .argument('<service>', 'name of the service')
    .argument('<count>', 'how many members, from 1 to 1000', memberCount)
    .option('--release', 'down: give up the records, addresses and names of the members that go (asks first)', false)
    .option('--delete-volumes', 'with --release: delete their EBS volumes too, with all data', false)
    .action(async (service: string, count: number, options: Options, command: Command) => {
      const { dryRun, output, yes, release, deleteVolumes } = options;
      if (deleteVolumes && !release) command.error('error: --delete-volumes needs --release');
      await withSession(cli, options, service, async ({ operations }) => {
        const how = { release, deleteVolumes };
        if (release && dryRun === 'none' && !yes) {
          const told = { signal: cli.signal, dryRun: 'client' } as const;
          const { changes } = await operations.scaleService(service, count, { ...told, ...how });
          const gone = changes.filter(({ action }) => action === 'delete');
          await confirm(cli, `Scale service ${service} to ${count} and give up what the others had`, gone, yes);
        }
        const run = await withProgress(cli, output, (told) =>
          operations.scaleService(service, count, { ...told, dryRun, ...how }),
        );
        printChanges(cli, options, run.changes);
      });
    });
}

function memberCount(given: string): number {
  if (given !== '0') return wholeNumber(1, 1000)(given);
  throw new InvalidArgumentError('To have no pods for a while there is firecamp stop, which keeps what members have.');
}
