import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { test } from 'tap';
import { documentedProgram } from '../../scripts/docs/cli-part.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Every command line of firecamp in a page: in fenced blocks, and between backquotes. */
function commandsIn(page: string): string[] {
  const fenced = [...page.matchAll(/^ *```\w*\n(.*?)^ *```/gms)].flatMap(([, block = '']) => block.split('\n'));
  const quoted = [...page.replace(/^ *```\w*\n.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  return [...fenced, ...quoted].map((line) => line.trim()).filter((line) => line.startsWith('firecamp '));
}

/** What of the line the command line does not know; undefined when all is known. */
function faultOf(line: string): string | undefined {
  // What a shell, a comment or a placeholder makes of the rest is not ours.
  const [own = ''] = line.split(/ [|>#&]|…/);
  let command: Command = documentedProgram();
  let isValue = false;
  for (const word of own.trim().split(/\s+/).slice(1)) {
    if (word === '--') return undefined;
    if (isValue || word === '\\') {
      isValue = false;
      continue;
    }
    const [flag = ''] = word.split('=');
    if (word.startsWith('-')) {
      const known = ['--help', '--version', ...command.options.flatMap(({ long, short }) => [long, short])];
      if (!known.includes(flag)) return `${command.name()} has no ${flag}`;
      const option = command.options.find(({ long, short }) => long === flag || short === flag);
      isValue = option?.required === true && !word.includes('=');
      continue;
    }
    const below = command.commands.find((one) => one.name() === word);
    if (below !== undefined) command = below;
    else if (command.commands.length > 0) return `there is no verb ${word}`;
  }
  return undefined;
}

test('every command line in the documentation has verbs and flags that there are', async (t) => {
  const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
  const lines = pages.flatMap((page) => {
    const found = commandsIn(readFileSync(join(root, page), 'utf8'));
    return found.map((line) => ({ page, line }));
  });
  t.ok(lines.length > 50, 'the pages were found');
  const faults = lines.flatMap(({ page, line }) => {
    const fault = faultOf(line);
    return fault === undefined ? [] : [`${page}: ${line}: ${fault}`];
  });
  t.strictSame(faults, []);
});

test('a command line that does not exist would be found', async (t) => {
  t.equal(faultOf('firecamp destroy redis'), 'there is no verb destroy');
  t.equal(faultOf('firecamp task run redis init --imag x'), 'run has no --imag');
  t.equal(faultOf('firecamp install -n render'), undefined, 'the value of a flag is no verb');
  t.equal(faultOf('firecamp install -n stores rend'), 'there is no verb rend');
  t.equal(faultOf('firecamp task run redis init --image x -- rm -rf'), undefined);
});

test('every verb has what it does in its help, and every flag and argument says what it is', async (t) => {
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  const visible = all(documentedProgram()).filter((command) => command.name() !== 'complete');
  const silent = visible.flatMap((command) => [
    ...(command.summary() || command.description() ? [] : [command.name()]),
    ...command.options.filter(({ description }) => !description).map(({ flags }) => `${command.name()} ${flags}`),
    ...command.registeredArguments
      .filter(({ description }) => !description)
      .map((one) => `${command.name()} ${one.name()}`),
  ]);
  t.strictSame(silent, []);
});
