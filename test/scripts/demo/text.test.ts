import t from 'tap';
import { renderTable } from '../../../scripts/demo/table.ts';
import { terminalOf } from '../../../scripts/demo/terminal.ts';
import { wrap } from '../../../scripts/demo/wrap.ts';

t.test('columns of a table are as wide as their widest cell', (t) => {
  t.same(
    renderTable(
      ['', 'member', 'EC2'],
      [
        ['moved', 'redis-0', 'node-2'],
        ['', 'r', '-'],
      ],
    ),
    ['       member   EC2', 'moved  redis-0  node-2', '       r        -'],
  );
  t.end();
});

t.test('a text is broken at blanks, and a long word stays whole', (t) => {
  t.same(wrap('a client tries', 8), ['a client', 'tries']);
  t.same(wrap('an unbreakableword here', 6, '  '), ['  an', '  unbreakableword', '  here']);
  t.end();
});

t.test('only a person at a terminal gets colours, and only without NO_COLOR', (t) => {
  const write = () => true;
  const colour = (isTTY: boolean, env: Record<string, string>) =>
    terminalOf({ isTTY, write }, env).style.red('x') !== 'x';
  t.ok(colour(true, {}));
  t.notOk(colour(false, {}), 'a pipe');
  t.notOk(colour(true, { NO_COLOR: '1' }));
  t.ok(colour(true, { NO_COLOR: '' }), 'an empty NO_COLOR is none');
  t.notOk(colour(true, { TERM: 'dumb' }));
  t.end();
});

t.test('lines are made for the width of the terminal, within bounds, and 80 where there is none', (t) => {
  const width = (columns?: number) => terminalOf({ ...(columns && { columns }), write: () => true }, {}).width;
  t.same([width(), width(100), width(20), width(500)], [80, 100, 72, 140]);
  t.end();
});
