import { test } from 'tap';
import { confirm } from '../../../orchestrator/commands/confirm.ts';
import type { Change } from '../../../orchestrator/operation.ts';
import { recordingIo } from './recording-io.ts';

const changes: readonly Change[] = [
  { action: 'delete', kind: 'address', name: '10.0.8.4', detail: 'of redis-0' },
  { action: 'keep', kind: 'volume', name: 'vol-1', detail: 'its data' },
];

function asking(terminal: boolean) {
  const abort = new AbortController();
  return { io: { ...recordingIo(terminal), signal: abort.signal }, abort };
}

test('lists what will go, asks at a terminal, and goes on only with yes', async (t) => {
  for (const answer of ['yes', 'Y', ' yes ']) {
    const { io } = asking(true);
    io.stdin.end(`${answer}\n`);
    await confirm(io, 'Delete service redis', changes, false);
    t.match(
      io.err(),
      /^Delete service redis:\nACTION +KIND .*\ndelete +address +10\.0\.8\.4 +of redis-0\nkeep +volume/,
    );
    t.match(io.err(), /Delete service redis\? Type yes to go on: $/);
  }
  for (const answer of ['no', '', 'yes please', 'yesno']) {
    const { io } = asking(true);
    io.stdin.end(`${answer}\n`);
    await t.rejects(confirm(io, 'Delete service redis', changes, false), { code: 'FC-CLI-001', exitCode: 2 }, answer);
  }
});

test('takes a terminal that is closed for a no', async (t) => {
  const { io } = asking(true);
  io.stdin.end();
  await t.rejects(confirm(io, 'Stop service redis', changes, false), { code: 'FC-CLI-001' });
});

test('asks nobody where there is no terminal: with --yes it goes on, without it nothing may be done', async (t) => {
  const { io } = asking(false);
  await t.rejects(confirm(io, 'Stop service redis', changes, false), {
    code: 'FC-CLI-001',
    message: /stdin is no terminal.*Nothing was changed/,
  });
  const { io: told } = asking(false);
  await confirm(told, 'Stop service redis', changes, true);
  t.equal(told.err(), '');
});

test('asks nothing when nothing would go', async (t) => {
  const { io } = asking(false);
  await confirm(io, 'Delete service redis', changes.slice(1), false);
  t.equal(io.err(), '');
});

test('ends as interrupted when Ctrl-C comes in place of an answer', async (t) => {
  const { io, abort } = asking(true);
  const answer = confirm(io, 'Delete service redis', changes, false);
  abort.abort(new Error('SIGINT'));
  await t.rejects(answer, { code: 'FC-CLM-005', exitCode: 130 });
  t.equal(io.stdin.destroyed, true, 'nothing of stdin keeps the process');
});
