import { type Command, Option } from 'commander';
import type { DryRun } from '../../operation.ts';

/** How results are printed. */
export type OutputFormat = 'table' | 'wide' | 'json' | 'yaml';

/** Flags of whatever changes something. */
export interface ChangeOptions {
  readonly dryRun: DryRun;
  readonly output: OutputFormat;
}

/** Flags of what destroys something. */
export interface DestroyOptions extends ChangeOptions {
  readonly yes: boolean;
}

export function withOutput(command: Command, formats: readonly OutputFormat[] = ['table', 'json', 'yaml']): Command {
  return command.addOption(
    new Option('-o, --output <format>', 'form of the result').choices([...formats]).default('table'),
  );
}

/** `--dry-run` and `-o`: every verb that changes something has them. */
export function withChangeOptions(command: Command): Command {
  return withOutput(
    command.addOption(
      new Option(
        '--dry-run [how]',
        'change nothing and say what would be done; server: the API server judges the objects, too',
      )
        .choices(['none', 'client', 'server'])
        .preset('client')
        .default('none'),
    ),
  );
}

/** As `withChangeOptions`, for verbs that ask before they begin. */
export function withDestroyOptions(command: Command): Command {
  return withChangeOptions(command).option('-y, --yes', 'do it without asking', false);
}
