import type { Argument, Command, Option } from 'commander';

/** A word that could stand here. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What stands at the cursor. `name` is that of an argument or of an option that no list of choices is known for. */
export type Place =
  | { readonly candidates: readonly Candidate[] }
  | { readonly name: string; readonly flags: ReadonlyMap<string, string>; readonly before: readonly string[] };

/** What was understood of the words before the cursor. */
interface Walk {
  command: Command;
  /** Option whose value comes next. */
  awaited: Option | undefined;
  readonly positionals: string[];
  readonly flags: Map<string, string>;
  ended: boolean;
}

/**
 * What could stand in place of the last word.
 *
 * @param words - what follows the program's name; the last is the one at the cursor, which may be empty
 */
export function placeOf(program: Command, words: readonly string[]): Place {
  // bash makes words of their own of the equals signs of --flag=value.
  const joined = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const typed = joined.at(-1) === '=' ? '' : (joined.at(-1) ?? '');
  const walk: Walk = { command: program, awaited: undefined, positionals: [], flags: new Map(), ended: false };
  for (const word of joined.slice(0, -1)) step(walk, word);
  const [flag = '', value] = /^--[^=]+=/.test(typed) ? typed.split(/=(.*)/s) : [];
  const inline = value === undefined ? undefined : optionOf(walk.command, flag);
  if (inline !== undefined) return prefixed(valuesOf(inline, walk), `${flag}=`);
  if (walk.awaited !== undefined) return valuesOf(walk.awaited, walk);
  if (typed.startsWith('-') && !walk.ended) return { candidates: flagsOf(walk.command) };
  return wordsOf(walk);
}

function step(walk: Walk, word: string): void {
  if (walk.awaited !== undefined) {
    walk.flags.set(walk.awaited.attributeName(), word);
    walk.awaited = undefined;
  } else if (word === '--') walk.ended = true;
  else if (word.startsWith('-') && !walk.ended) stepFlag(walk, word);
  else {
    const verb = walk.positionals.length === 0 ? subcommand(walk.command, word) : undefined;
    if (verb === undefined) walk.positionals.push(word);
    else walk.command = verb;
  }
}

function stepFlag(walk: Walk, word: string): void {
  const [name = '', value] = word.split(/=(.*)/s);
  const option = optionOf(walk.command, name);
  if (option === undefined) return;
  if (value !== undefined) walk.flags.set(option.attributeName(), value);
  else if (option.required) walk.awaited = option;
}

function subcommand({ commands }: Command, name: string): Command | undefined {
  return commands.find((command) => command.name() === name);
}

function optionOf({ options }: Command, flag: string): Option | undefined {
  return options.find(({ long, short }) => long === flag || short === flag);
}

function flagsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}

function wordsOf(walk: Walk): Place {
  const { command, positionals } = walk;
  if (command.commands.length > 0) {
    const visible = command.createHelp().visibleCommands(command);
    return { candidates: visible.map((verb) => ({ value: verb.name(), description: verb.summary() })) };
  }
  const { registeredArguments } = command;
  const argument = registeredArguments[positionals.length] ?? registeredArguments.findLast(({ variadic }) => variadic);
  return argument === undefined ? { candidates: [] } : valuesOf(argument, walk);
}

function valuesOf(source: Option | Argument, { flags, positionals }: Walk): Place {
  if (source.argChoices) return { candidates: source.argChoices.map((value) => ({ value, description: '' })) };
  const name = source.name();
  return { name, flags, before: positionals };
}

function prefixed(place: Place, prefix: string): Place {
  if (!('candidates' in place)) return place;
  return { candidates: place.candidates.map((one) => ({ ...one, value: `${prefix}${one.value}` })) };
}
