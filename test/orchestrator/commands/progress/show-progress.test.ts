import { stripVTControlCharacters } from 'node:util';
import { test } from 'tap';
import { showProgress } from '../../../../orchestrator/commands/progress/show-progress.ts';
import type { ProgressEvent } from '../../../../orchestrator/operation.ts';
import { recordingIo } from '../recording-io.ts';

const events: readonly ProgressEvent[] = [
  { step: 'read the network', state: 'started' },
  { step: 'read the network', state: 'done' },
  { step: 'create volumes', member: 'redis-0', state: 'started' },
  { step: 'create volumes', member: 'redis-1', state: 'started' },
  { step: 'create volumes', member: 'redis-0', state: 'done' },
  { step: 'create volumes', member: 'redis-1', state: 'waiting', detail: 'vol-0a is creating' },
];

function shown(terminal: boolean, output: 'table' | 'json', all: readonly ProgressEvent[], env = {}): string {
  const io = recordingIo(terminal, env);
  const { progress, ...rest } = showProgress(io, output);
  for (const event of all) progress(event);
  rest[Symbol.dispose]();
  return io.err();
}

/** What a terminal shows at the end: `ESC [ n A` takes it n lines back. */
function onScreen(text: string): string[] {
  const lines: string[] = [];
  for (const frame of text.split('\r')) {
    lines.push(...stripVTControlCharacters(frame).split('\n').slice(0, -1));
    const back = frame.slice(frame.lastIndexOf('\n') + 1).match(/\[(\d+)A$/)?.[1];
    lines.length -= Number(back ?? 0);
  }
  return lines;
}

test('a log gets a line for each event, with member, step and state in full', async (t) => {
  t.strictSame(shown(false, 'table', events).split('\n'), [
    'read the network: started',
    'read the network: done',
    'redis-0: create volumes: started',
    'redis-1: create volumes: started',
    'redis-0: create volumes: done',
    'redis-1: create volumes: waiting: vol-0a is creating',
    '',
  ]);
});

test('a terminal gets a line for each step, with how many members are done and what is waited for', async (t) => {
  const lines = onScreen(shown(true, 'table', events));
  t.strictSame(lines, ['✔ read the network', '- create volumes  1/2  redis-1: vol-0a '], 'cut to the width of 40');
  const failed = [
    ...events,
    { step: 'create volumes', member: 'redis-1', state: 'failed', detail: 'FC-VOL-001' },
  ] as const;
  t.match(onScreen(shown(true, 'table', failed)).at(-1), /^✖ create volumes {2}1\/2 {2}redis-1: failed/);
});

test('a warning stays above the steps that are redrawn', async (t) => {
  const io = recordingIo(true);
  const { progress, ...rest } = showProgress(io, 'table');
  for (const event of events.slice(0, 3)) progress(event);
  io.notices.write('too few nodes\n');
  for (const event of events.slice(3)) progress(event);
  rest[Symbol.dispose]();
  io.notices.write('afterwards\n');
  t.strictSame(onScreen(io.err()), [
    'too few nodes',
    '✔ read the network',
    '- create volumes  1/2  redis-1: vol-0a ',
    'afterwards',
  ]);
});

test('a terminal never gets more lines than it has, so that all of them can be redrawn', async (t) => {
  const many = Array.from({ length: 20 }, (_none, n) => ({ step: `step ${n}`, state: 'started' }) as const);
  t.strictSame(onScreen(shown(true, 'table', many)), ['- step 16', '- step 17', '- step 18', '- step 19']);
});

test('colours nothing with NO_COLOR, and redraws nothing on a dumb terminal', async (t) => {
  t.match(shown(true, 'table', events), '\u001B[32m');
  t.notMatch(shown(true, 'table', events, { NO_COLOR: '1' }), /\[\d+m/);
  t.equal(shown(true, 'table', events, { TERM: 'dumb' }), shown(false, 'table', events));
});

test('with JSON asked for, each event is a JSON line, also on a terminal', async (t) => {
  const lines = shown(true, 'json', events).trimEnd().split('\n');
  t.equal(lines.length, events.length);
  t.match(JSON.parse(lines.at(-1) ?? ''), { level: 'info', ...events.at(-1) });
});
