import { Argument, type Command } from 'commander';
import type { Cli } from './cli.ts';
import { type Candidate, placeOf } from './completion/complete-words.ts';
import { isLive, liveNames } from './completion/live-names.ts';
import { filesWanted, type Shell, shellScripts, shells } from './completion/shell-scripts.ts';

/** Names of options and arguments whose values are files. */
const fileNames = new Set(['file', 'kubeconfig']);

/** `firecamp completion`, and the hidden `firecamp complete` that the shell asks at each press of Tab. */
export function addCompletion(program: Command, cli: Cli): void {
  program
    .command('completion')
    .summary('print the completion of a shell')
    .description(
      'Prints what a shell has to read to complete verbs, flags, and the names of services and members of the cluster: source <(firecamp completion bash), for zsh alike; firecamp completion fish | source',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices([...shells]))
    .action((shell: Shell) => cli.stdout(shellScripts[shell]));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: readonly string[]) => cli.stdout(await completed(program, cli, words)));
}

/** A line each: the word, a tab, what it is. */
async function completed(program: Command, cli: Cli, words: readonly string[]): Promise<string> {
  const place = placeOf(program, words.length === 0 ? [''] : words);
  if ('candidates' in place) return listed(place.candidates);
  if (fileNames.has(place.name)) return `${filesWanted}\n`;
  return isLive(place.name) ? listed(await liveNames(cli, place.name, place.flags, place.before)) : '';
}

function listed(candidates: readonly Candidate[]): string {
  return candidates.map(({ value, description }) => `${value}\t${description}\n`).join('');
}
