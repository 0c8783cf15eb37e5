import { commandLine } from '../../orchestrator/main.ts';

/** The help of the program and of every verb, as it is printed. */
export function cliPart(): string {
  const program = commandLine({ stdout: () => {}, stderr: () => {} });
  return [program, ...program.commands]
    .map((command) => {
      // A terminal's width must not decide what the page says.
      command.configureOutput({ getOutHelpWidth: () => 120 });
      const title = command === program ? 'firecamp' : `firecamp ${command.name()}`;
      return `## ${title}\n\n\`\`\`\n${command.helpInformation().trim()}\n\`\`\``;
    })
    .join('\n\n');
}
