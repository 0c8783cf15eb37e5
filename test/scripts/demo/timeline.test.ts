import { stripVTControlCharacters } from 'node:util';
import t from 'tap';
import { styles } from '../../../scripts/demo/terminal.ts';
import { bar, renderTimeline, type TimelineRow } from '../../../scripts/demo/timeline.ts';

const rows: readonly TimelineRow[] = [
  { who: 'DynamoDB', what: 'GetItem member', began: 100, ended: 106, changes: [], kind: 'store' },
  {
    who: 'EC2',
    what: 'AssignPrivateIpAddresses',
    began: 500,
    ended: 750,
    changes: ['10.0.1.200: nobody → node-1'],
    kind: 'ec2',
  },
];
const plain = { width: 80, style: styles(false) };
const span = { from: 0, to: 1000 };

t.test(
  'a step stands at its time with who, what, how long and a bar at its place, and below it what it changed',
  (t) => {
    t.same(renderTimeline(rows, span, plain), [
      '  at ms                                           took',
      '    100 DynamoDB   GetItem member                    6    ▏',
      '    500 EC2        AssignPrivateIpAddresses        250              ██████',
      '        └ 10.0.1.200: nobody → node-1',
    ]);
    t.end();
  },
);

t.test('no line is wider than the terminal, whatever a step is called or changes', (t) => {
  const long = 'x'.repeat(200);
  const wide = [...rows, { who: 'EC2', what: long, began: 0, ended: 1000, changes: [long], kind: 'ec2' as const }];
  for (const width of [72, 80, 140]) {
    for (const line of renderTimeline(wide, span, { ...plain, width })) t.ok(line.length <= width, `${width}: ${line}`);
  }
  t.end();
});

t.test('colours change nothing but the colour', (t) => {
  const coloured = renderTimeline(rows, span, { width: 80, style: styles(true) });
  t.match(coloured.join(''), '\u001b[');
  const stripped = coloured.map((line) => stripVTControlCharacters(line).trimEnd());
  t.same(stripped, renderTimeline(rows, span, plain));
  t.end();
});

t.test('a bar covers its part of the span', (t) => {
  t.equal(bar({ began: 0, ended: 1000 }, span, 10), '██████████');
  t.equal(bar({ began: 500, ended: 1000 }, span, 10), '     █████');
  t.equal(bar({ began: 999, ended: 1000 }, span, 10), '         ▏', 'a moment at the end stays inside');
  t.equal(bar({ began: 0, ended: 0 }, { from: 0, to: 0 }, 10), '▏', 'a span of nothing');
  t.end();
});
