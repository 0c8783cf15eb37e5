import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';

const root = join(import.meta.dirname, '..', '..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** Rows of the page's table: FireCamp's name, ours, the command, what is better, the tests. */
const rows = text('docs/reference/operations.md')
  .split('\n')
  .filter((line) => /^\| /.test(line) && !/^\| (FireCamp \||---)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('the page of the operations has every method of the interface, and none that is not there', async (t) => {
  const methods = [...text('orchestrator/service-operations.ts').matchAll(/^ {2}(\w+)\(/gm)].map(
    ([, name = '']) => name,
  );
  t.ok(methods.length > 20, 'there are methods to look for');
  const named = rows
    .filter(([, method = '']) => !method.endsWith('a function'))
    .flatMap(([, method]) => quoted(method));
  t.strictSame(named.toSorted(), methods.toSorted());
});

test('every operation names a test that is there and calls it', async (t) => {
  for (const [, method, , , tests] of rows) {
    const [name = ''] = quoted(method);
    const files = quoted(tests).map((file) => join('test', 'orchestrator', file));
    t.ok(files.length > 0, `${name} has a test`);
    for (const file of files) t.ok(existsSync(join(root, file)), `${file} is there`);
    t.ok(
      files.some((file) => existsSync(join(root, file)) && text(file).includes(name)),
      `one of them calls ${name}`,
    );
  }
});

test('every command that stands for an operation is one of the command line', async (t) => {
  const verbs = text('docs/reference/cli.md');
  for (const command of rows.flatMap(([, , cell]) => quoted(cell))) {
    const words = command.replace(/ -.*$/, '');
    t.match(verbs, new RegExp(`firecamp ${words}\\b`), words);
  }
});
