import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { commandLine } from '../../orchestrator/commands/command-line.ts';
import { Notices } from '../../orchestrator/commands/progress/notices.ts';

/** The program with all its verbs, which does nothing. */
export function documentedProgram(): Command {
  return commandLine({
    stdout: () => {},
    stderr: () => {},
    say: () => {},
    notices: new Notices(() => {}),
    stdin: new PassThrough(),
    terminal: { stdin: false, stdout: false, stderr: false },
    size: () => ({ columns: 80, rows: 24 }),
    env: {},
    signal: new AbortController().signal,
    connect: () => Promise.reject(new Error('the documentation connects to nothing')),
    finish: () => {},
  });
}

/** The help of the program and of every verb, as it is printed. */
export function cliPart(): string {
  return withPath(documentedProgram(), 'firecamp')
    .map(([command, path]) => {
      // A terminal's width must not decide what the page says.
      command.configureOutput({ getOutHelpWidth: () => 120 });
      return `## ${path}\n\n\`\`\`\n${command.helpInformation().trim()}\n\`\`\``;
    })
    .join('\n\n');
}

/** The command and all below it, by the words that they are called with. */
function withPath(command: Command, path: string): [Command, string][] {
  const below = command.createHelp().visibleCommands(command);
  const own = below.filter((one) => one.name() !== 'help');
  return [[command, path], ...own.flatMap((one) => withPath(one, `${path} ${one.name()}`))];
}
