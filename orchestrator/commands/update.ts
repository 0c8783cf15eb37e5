import { type Command, InvalidArgumentError } from 'commander';
import type { ServiceUpdate } from '../service-operations.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type ChangeOptions, withChangeOptions } from './input/common-options.ts';
import { wholeNumber } from './input/numbers.ts';
import { hintAtRestart, printChanges } from './output/changes.ts';
import { printRestarted, type RestartFlags, restartOptions, withRestartFlags } from './restart.ts';
import { withProgress, withSession } from './with-session.ts';

interface Options extends ClusterOptions, ChangeOptions, RestartFlags {
  readonly image?: string;
  readonly releaseVersion?: string;
  readonly cpu?: number;
  readonly cpuReserve?: number;
  readonly memory?: number;
  readonly memoryReserve?: number;
  readonly registerDns?: boolean;
  readonly restart: boolean;
}

/** `firecamp update`: single properties of a service, without its file. */
export function addUpdate(program: Command, cli: Cli): void {
  const units = wholeNumber(0, 1_000_000);
  const megabytes = wholeNumber(0, 100_000_000);
  const command = withChangeOptions(withClusterOptions(program.command('update')))
    .summary('change image, resources or names of a service')
    .description(
      'Changes single properties of a service; what is not given stays. Pods that run keep what they have until they are restarted: --restart does it at once, one member after the other.',
    )
    .argument('<service>', 'name of the service')
    .option('--image <image>', 'image of the main container')
    .option('--release-version <tag>', 'tag of the init and stop container images')
    .option('--cpu <units>', 'processor limit in thousandths of a core, 0 for none', units)
    .option('--cpu-reserve <units>', 'processor reserved, in thousandths of a core', units)
    .option('--memory <mib>', 'memory limit in MiB, 0 for none', megabytes)
    .option('--memory-reserve <mib>', 'memory reserved, in MiB', megabytes)
    .option('--register-dns <yes|no>', 'whether members have names in Route 53', trueOrFalse)
    .option('--restart', 'restart the members afterwards, one after the other', false);
  withRestartFlags(command).action(async (service: string, options: Options) => {
    const update = updateOf(options);
    if (Object.keys(update).length === 0) command.error('error: nothing to update: give at least one of the flags');
    await withSession(cli, options, service, async ({ operations }) => {
      const { dryRun, output, restart } = options;
      const { changes } = await withProgress(cli, output, (told) =>
        operations.updateService(service, update, { ...told, dryRun }),
      );
      if (restart && dryRun === 'none') {
        const order = restartOptions(service, options, command);
        const restarted = await withProgress(cli, output, (told) =>
          operations.rollingRestartService(service, { ...told, ...order }),
        );
        printRestarted(cli, options, restarted, changes);
      } else {
        printChanges(cli, options, changes);
        if (dryRun === 'none') hintAtRestart(cli, service, changes);
      }
    });
  });
}

function updateOf(options: Options): ServiceUpdate {
  const { image, releaseVersion, cpu, cpuReserve, memory, memoryReserve, registerDns } = options;
  return {
    ...(image !== undefined && { containerImage: image }),
    ...(releaseVersion !== undefined && { releaseVersion }),
    ...(cpu !== undefined && { maxCpuUnits: cpu }),
    ...(cpuReserve !== undefined && { reserveCpuUnits: cpuReserve }),
    ...(memory !== undefined && { maxMemMb: memory }),
    ...(memoryReserve !== undefined && { reserveMemMb: memoryReserve }),
    ...(registerDns !== undefined && { registerDns }),
  };
}

function trueOrFalse(given: string): boolean {
  if (['true', 'yes'].includes(given)) return true;
  if (['false', 'no'].includes(given)) return false;
  throw new InvalidArgumentError('Needed is yes or no.');
}
