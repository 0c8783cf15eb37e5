import type { Command } from 'commander';
import { exitCodes } from '../../common/domain/exit-codes.ts';
import { getServiceStatus } from '../status/get-service-status.ts';
import type { ObserveOptions } from '../status/observe.ts';
import type { ServiceStatus } from '../status/service-status.ts';
import { watchStatus } from '../status/watch-status.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { printResult } from './output/print.ts';
import { statusText } from './output/status-table.ts';
import { withSession } from './with-session.ts';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly watch: boolean;
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
    .option('-w, --watch', 'show it again whenever something changes, until Ctrl-C', false)
    .option('--exit-code', 'exit code 1 when the service is not healthy', false)
    .action(async (service: string, options: Options) => {
      await withSession(cli, options, service, async ({ operation }) => {
        const asked = operation({ signal: cli.signal });
        const how = observing(options);
        const last = options.watch
          ? await watched(cli, options, watchStatus(asked, service, how))
          : await getServiceStatus(asked, service, how);
        if (!options.watch && last !== undefined) print(cli, options, last);
        if (options.exitCode && !last?.healthy) cli.finish(exitCodes.negativeFinding);
      });
    });
}

/** The request timeout is what each source has, its retries included. */
export function observing({ requestTimeout }: Pick<ClusterOptions, 'requestTimeout'>): ObserveOptions {
  return requestTimeout === undefined ? {} : { requestTimeoutMs: requestTimeout };
}

function print(cli: Pick<Cli, 'stdout'>, { output }: Pick<Options, 'output'>, status: ServiceStatus): void {
  printResult(cli, output, status, (wide) => statusText(status, wide, Date.now()));
}

/** Redrawn on a terminal, elsewhere one block after the other. Ctrl-C is its natural end, and no fault. */
async function watched(
  cli: Cli,
  options: Options,
  looks: AsyncIterable<ServiceStatus>,
): Promise<ServiceStatus | undefined> {
  let last: ServiceStatus | undefined;
  try {
    for await (const status of looks) {
      if (cli.terminal.stdout && !['json', 'yaml'].includes(options.output)) cli.stdout('\u001B[H\u001B[2J');
      else if (last !== undefined) cli.stdout(options.output === 'yaml' ? '---\n' : '\n');
      print(cli, options, status);
      last = status;
    }
  } catch (error) {
    if (!cli.signal.aborted || last === undefined) throw error;
    return last;
  }
  cli.say(`service ${last?.name} is gone`);
  return undefined;
}
