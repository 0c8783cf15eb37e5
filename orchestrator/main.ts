import { Command, CommanderError } from 'commander';
import { exitCodes } from '../common/domain/exit-codes.ts';
import { version } from '../common/runtime/version.ts';
import type { CliIo } from './commands/cli-io.ts';
import { addInit } from './commands/init.ts';
import { addRender } from './commands/render.ts';
import { reportError } from './commands/report-error.ts';
import { addSchema } from './commands/schema.ts';
import { addVersion } from './commands/version.ts';

const exitCodeHelp = `
Exit codes: 0 done, 1 a question answered with no, 2 bad input, 3 could not find out, 4 timeout, 5 refused, 130 interrupted.`;

/**
 * The command line.
 *
 * @param argv what follows the program's name
 * @returns the exit code of the documented table
 */
export async function main(argv: readonly string[]): Promise<number> {
  const io: CliIo = {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  };
  try {
    await commandLine(io).parseAsync([...argv], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has said what there is to say: help and version on stdout, a wrong flag on stderr.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput;
    return reportError(io, error, wantsJson(argv));
  }
}

/** The program with all its verbs. */
export function commandLine(io: CliIo): Command {
  const program = new Command('firecamp')
    .description('Static IPs and DNS names for the members of stateful services on Kubernetes in AWS.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .addHelpText('after', exitCodeHelp)
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of [addInit, addRender, addSchema, addVersion]) add(program, io);
  return program;
}

/** Errors are told in the form that was asked for, also those that come before the flags are read. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === '-ojson' ||
      word === '--output=json' ||
      (['-o', '--output'].includes(word) && argv[index + 1] === 'json'),
  );
}
