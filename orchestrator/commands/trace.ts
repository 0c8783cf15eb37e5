import type { Command } from 'commander';
import { trace } from '../status/trace.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { printResult } from './output/print.ts';
import { traceText } from './output/trace-text.ts';
import { observing } from './status.ts';
import { withSession } from './with-session.ts';

/** `firecamp trace`: the story of one member. */
export function addTrace(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('trace')))
    .summary('tell the story of one member')
    .description(
      'Tells all that there is to know of one member: its service, pod, node, record with its epoch, interface and instance, DNS, each one’s last change where that is kept, and the Events of its pod.',
    )
    .argument('<about>', 'the pod’s name, the static IP, or a DNS name of the member')
    .action(async (about: string, options: ClusterOptions & { readonly output: OutputFormat }) => {
      await withSession(cli, options, {}, async ({ operation }) => {
        const story = await trace(operation({ signal: cli.signal }), about, observing(options));
        printResult(cli, options.output, story, () => traceText(story, Date.now()));
      });
    });
}
