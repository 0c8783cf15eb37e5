import type { Command } from 'commander';
import { retryTransient } from '../../common/runtime/retry.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type DestroyOptions, withDestroyOptions } from './input/common-options.ts';
import { printChanges } from './output/changes.ts';
import { knownService } from './settings/service-objects.ts';
import { type Work, withProgress, withSession } from './with-session.ts';

type Options = ClusterOptions & DestroyOptions & { readonly deleteVolumes: boolean };

/** `firecamp delete`: a service with all that was made for it. */
export function addDelete(program: Command, cli: Cli): void {
  withDestroyOptions(withClusterOptions(program.command('delete')))
    .summary('delete a service')
    .description(
      'Deletes a service: its pods end first, then addresses, names, records and Kubernetes objects go. EBS volumes are kept unless --delete-volumes is given. Lists what will go and asks. Run again, it finishes a deletion that was cut off; what is gone already is fine.',
    )
    .argument('<service>', 'name of the service')
    .option('--delete-volumes', 'delete the EBS volumes too, with all data', false)
    .action(async (service: string, options: Options) => {
      await withSession(cli, options, service, async (work) => {
        const { dryRun, output, yes, deleteVolumes } = options;
        const isStateless = await isReplicaSet(cli, work, service);
        const remove = (told: Parameters<Work['operations']['deleteReplicaSet']>[1]) =>
          isStateless
            ? work.operations.deleteReplicaSet(service, told)
            : work.operations.deleteService(service, { ...told, deleteVolumes });
        if (dryRun === 'none' && !yes) {
          const { changes } = await remove({ signal: cli.signal, dryRun: 'client' });
          const data = deleteVolumes ? ' WITH ALL ITS DATA' : '';
          await confirm(cli, `Delete service ${service} of namespace ${work.settings.namespace}${data}`, changes, yes);
        }
        const { changes } = await withProgress(cli, output, (told) => remove({ ...told, dryRun }));
        printChanges(
          cli,
          options,
          changes,
          `there is no service ${service} in namespace ${work.settings.namespace}: nothing to delete`,
        );
      });
    });
}

async function isReplicaSet(cli: Cli, { connection }: Work, service: string): Promise<boolean> {
  const { signal } = cli;
  const known = await retryTransient(
    () => knownService(connection.kube, connection.namespace, service, { signal }),
    { firstDelayMs: 200, maxDelayMs: 1000, totalMs: 5000 },
    { clock: systemClock, signal, random: Math.random },
  );
  return known?.type === 'stateless';
}
