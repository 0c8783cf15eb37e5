import { type Command, Option } from 'commander';
import type { WaitGoal } from '../service-operations.ts';
import { waitFor } from '../status/wait-for.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { duration } from './input/duration.ts';
import { printResult } from './output/print.ts';
import { observing } from './status.ts';
import { withProgress, withSession } from './with-session.ts';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly for: WaitGoal;
  readonly timeout: number;
}

/** `firecamp wait`: until a service is as it shall be. */
export function addWait(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('wait')))
    .summary('wait until a service is ready, agreed, or gone')
    .description(
      'Waits until every member is healthy (ready), until records, EC2, DNS and Kubernetes agree (agreement), or until nothing of the service is left (deleted). Exit code 4 when the time is over.',
    )
    .argument('<service>', 'name of the service')
    .addOption(
      new Option('--for <goal>', 'what to wait for').choices(['ready', 'agreement', 'deleted']).default('ready'),
    )
    .addOption(
      new Option('--timeout <duration>', 'how long to wait at most').argParser(duration).default(300_000, '5m'),
    )
    .action(async (service: string, options: Options) => {
      const { output, timeout } = options;
      await withSession(cli, options, service, async ({ operation }) => {
        const status = await withProgress(cli, output, (told) =>
          waitFor(operation(told), service, options.for, timeout, observing(options)),
        );
        const reached = { service, goal: options.for, summary: status?.summary };
        printResult(cli, output, reached, () => `${status?.summary ?? `service ${service} is gone`}\n`);
      });
    });
}
