// Holds the lock named by the first argument until it is ended; prints "held" once it has it. Run by the lock's tests.
import { AbstractSocketLock } from '../../../common/host/abstract-socket-lock.ts';

const [name = ''] = process.argv.slice(2);
await new AbstractSocketLock().acquire(
  name,
  { program: 'test-holder', pid: process.pid, podUid: 'pod-of-child', since: '2026-01-01T00:00:00Z' },
  { signal: new AbortController().signal, timeoutMs: 30_000 },
);
console.log('held');
