// Takes the lock and lets go of it, as often as the third argument says, and writes "in" and "out" to a file. Run by the lock's tests.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbstractSocketLock } from '../../../common/host/abstract-socket-lock.ts';

const [name = '', log = '', turns = '0'] = process.argv.slice(2);
const lock = new AbstractSocketLock();
const holder = { program: 'test', pid: process.pid, podUid: 'pod', since: '2026-01-01T00:00:00Z' };
const { signal } = new AbortController();
for (let turn = 0; turn < Number(turns); turn++) {
  await using _held = await lock.acquire(name, holder, { signal, timeoutMs: 60_000 });
  appendFileSync(log, `in ${process.pid}\n`);
  await sleep(turn % 3);
  appendFileSync(log, `out ${process.pid}\n`);
}
