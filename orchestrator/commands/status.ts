import { type Command, Option } from 'commander';
import { exitCodes } from '../../common/domain/exit-codes.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import type { ServiceStatus } from '../status/service-status.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { duration } from './input/duration.ts';
import { printResult } from './output/print.ts';
import { statusText } from './output/status-table.ts';
import { withSession } from './with-session.ts';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly watch: boolean;
  readonly interval: number;
  readonly exitCode: boolean;
}

/** `firecamp status`: what Kubernetes, the records, EC2 and DNS say of a service's members. */
export function addStatus(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('status')), ['table', 'wide', 'json', 'yaml'])
    .summary('show a service and its members')
    .description(
      'Shows what Kubernetes, the records, EC2 and DNS say of each member of a service, and whether they agree. What could not be read is <unknown>, with the reason below. Exit code 0 once that is printed.',
    )
    .argument('<service>', 'name of the service')
    .option('-w, --watch', 'show it again and again, until Ctrl-C', false)
    .addOption(
      new Option('--interval <duration>', 'with --watch: time between two looks')
        .argParser(duration)
        .default(2000, '2s'),
    )
    .option('--exit-code', 'exit code 1 when the service is not healthy', false)
    .action(async (service: string, options: Options) => {
      await withSession(cli, options, service, async ({ operations }) => {
        const look = () => operations.getServiceStatus(service, { signal: cli.signal });
        const last = options.watch ? await watched(cli, options, look) : await look();
        if (!options.watch) print(cli, options, last);
        if (options.exitCode && !last.healthy) cli.finish(exitCodes.negativeFinding);
      });
    });
}

function print(cli: Pick<Cli, 'stdout'>, { output }: Options, status: ServiceStatus): void {
  printResult(cli, output, status, (wide) => statusText(status, wide, Date.now()));
}

/** Redrawn on a terminal, elsewhere one block after the other. Ctrl-C is its natural end, and no fault. */
async function watched(cli: Cli, options: Options, look: () => Promise<ServiceStatus>): Promise<ServiceStatus> {
  let last = await look();
  for (let first = true; ; first = false) {
    if (cli.terminal.stdout && !['json', 'yaml'].includes(options.output)) cli.stdout('\u001B[H\u001B[2J');
    else if (!first) cli.stdout(options.output === 'yaml' ? '---\n' : '\n');
    print(cli, options, last);
    try {
      await systemClock.sleep(options.interval, { signal: cli.signal });
      last = await look();
    } catch (error) {
      if (cli.signal.aborted) return last;
      throw error;
    }
  }
}
