import type { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import { exitCodes } from '../../common/domain/exit-codes.ts';
import type { ObjectDifference } from '../service-operations.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withKubeOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { readServiceInput, type ServiceInputOptions, withServiceInput } from './input/service-input.ts';
import { asYaml, printResult } from './output/print.ts';
import { withFileSession, withProgress } from './with-session.ts';

type Options = ServiceInputOptions & ClusterOptions & { readonly output: OutputFormat };

/** `firecamp diff`: the file against the cluster. */
export function addDiff(program: Command, cli: Cli): void {
  withOutput(withKubeOptions(withServiceInput(program.command('diff'))))
    .summary('compare a service file with the cluster')
    .description(
      'Shows what firecamp apply would change of the Kubernetes objects, as a unified diff of their YAML, and changes nothing. Exit code 1 when there are differences.',
    )
    .action(async (options: Options) => {
      const { service } = await readServiceInput(cli, options);
      await withFileSession(cli, options, service, async ({ operations }) => {
        const all = await withProgress(cli, options.output, (told) => operations.diffService(service, told));
        const differences = all.filter(({ action }) => action !== 'none');
        printResult(cli, options.output, { differences }, () => differences.map(unifiedDiff).join(''));
        if (differences.length > 0) cli.finish(exitCodes.negativeFinding);
        else cli.say(`no differences in ${all.length} objects`);
      });
    });
}

function unifiedDiff({ object, live, wanted }: ObjectDifference): string {
  const name = object.replaceAll(' ', '/');
  const before = live === undefined ? '' : asYaml(live);
  const patch = createTwoFilesPatch(`cluster/${name}`, `file/${name}`, before, asYaml(wanted), undefined, undefined, {
    context: 3,
  });
  // The line of equal signs is no part of the unified format.
  return patch.replace(/^=+\n/, '');
}
