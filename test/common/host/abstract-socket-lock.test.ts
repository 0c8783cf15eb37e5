import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { AbstractSocketLock } from '../../../common/host/abstract-socket-lock.ts';
import { LockHeldError, type LockHolder } from '../../../common/ports/address-lock.ts';

const lock = new AbstractSocketLock();
const me: LockHolder = { program: 'test', pid: process.pid, podUid: 'pod-a', since: '2026-01-01T00:00:00Z' };
const never = new AbortController().signal;
const holdLock = fileURLToPath(new URL('./hold-lock.ts', import.meta.url));

function uniqueName(): string {
  return `test-${randomUUID()}`;
}

async function holdInChild(t: Test, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holdLock, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

function captured(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

t.test('gives a free lock at once, and again after its release', async (t) => {
  const name = uniqueName();
  const first = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  await first[Symbol.asyncDispose]();
  const second = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  await second[Symbol.asyncDispose]();
  t.pass('both acquired');
});

t.test('locks of two addresses do not meet', async (t) => {
  await using _one = await lock.acquire('10.0.1.5', me, { signal: never, timeoutMs: 1000 });
  await using _other = await lock.acquire('10.0.1.50', me, { signal: never, timeoutMs: 1000 });
  t.pass('both held');
});

t.test('names the holder when the lock is not free before the deadline', async (t) => {
  const name = uniqueName();
  const child = await holdInChild(t, name);
  const error = await captured(lock.acquire(name, me, { signal: never, timeoutMs: 300 }));
  t.ok(error instanceof LockHeldError);
  t.match(error, {
    code: 'FC-CLM-007',
    message: 'test-holder',
    fields: { holderPid: child.pid, holderPod: 'pod-of-child' },
  });
});

t.test('gets the lock when its holder releases it', async (t) => {
  const name = uniqueName();
  const held = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  const waiting = lock.acquire(name, me, { signal: never, timeoutMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await held[Symbol.asyncDispose]();
  await using _second = await waiting;
  t.pass('acquired');
});

t.test('gets the lock when its holder is killed', async (t) => {
  const name = uniqueName();
  const child = await holdInChild(t, name);
  const waiting = lock.acquire(name, me, { signal: never, timeoutMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGKILL');
  await using _second = await waiting;
  t.pass('acquired');
});

t.test('gives up on a holder that is stopped, saying that it does not answer', async (t) => {
  const name = uniqueName();
  const child = await holdInChild(t, name);
  child.kill('SIGSTOP');
  const error = await captured(lock.acquire(name, me, { signal: never, timeoutMs: 300 }));
  t.match(error, { code: 'FC-CLM-007', message: 'does not answer' });
});

t.test('gets the lock when a stopped holder is killed', async (t) => {
  const name = uniqueName();
  const child = await holdInChild(t, name);
  child.kill('SIGSTOP');
  const waiting = lock.acquire(name, me, { signal: never, timeoutMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGKILL');
  await using _second = await waiting;
  t.pass('acquired');
});

t.test('stops waiting when the call is cancelled, with the signal’s reason', async (t) => {
  const name = uniqueName();
  await using _held = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  const controller = new AbortController();
  const waiting = captured(lock.acquire(name, me, { signal: controller.signal, timeoutMs: 60_000 }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const reason = new Error('pod ended');
  controller.abort(reason);
  t.match(await waiting, { code: 'FC-CLM-005', cause: reason });
  const before = captured(lock.acquire(uniqueName(), me, { signal: AbortSignal.abort(reason), timeoutMs: 1000 }));
  t.match(await before, { code: 'FC-CLM-005', cause: reason });
});

t.test('lets only one of many in at a time', async (t) => {
  const name = uniqueName();
  let inside = 0;
  let most = 0;
  const one = async () => {
    await using _held = await lock.acquire(name, me, { signal: never, timeoutMs: 30_000 });
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, one));
  t.equal(most, 1);
  t.equal(inside, 0);
});

t.test('lets only one of several processes in at a time', async (t) => {
  const script = fileURLToPath(new URL('./take-turns.ts', import.meta.url));
  const log = join(t.testdir({}), 'log');
  const name = uniqueName();
  const children = Array.from({ length: 5 }, () =>
    spawn(process.execPath, [script, name, log, '20'], { stdio: 'inherit' }),
  );
  const ended = await Promise.all(children.map((child) => once(child, 'exit')));
  t.same(
    ended.map(([code]) => code),
    [0, 0, 0, 0, 0],
  );
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  t.equal(lines.length, 200);
  for (let index = 0; index < lines.length; index += 2) {
    const pid = lines[index]?.slice('in '.length);
    if (lines[index] !== `in ${pid}` || lines[index + 1] !== `out ${pid}`) t.fail(`two inside at line ${index}`);
  }
});

t.test('survives a holder of the name that talks nonsense, floods or hangs up at once', async (t) => {
  const manners: ((socket: Socket) => void)[] = [
    (socket) => socket.write('{"program":1}\nnot json\n'),
    (socket) => socket.write(`{"program":"\u001b[31m","pid":1,"podUid":"x","since":"y"}\n`),
    (socket) => socket.write('x'.repeat(1_000_000)),
    (socket) => socket.destroy(),
    (socket) => socket.end('null\n'),
  ];
  for (const manner of manners) {
    const name = uniqueName();
    let connections = 0;
    const stranger = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      manner(socket);
    }).listen(`\0firecamp-address/${name}`);
    await once(stranger, 'listening');
    const error = await captured(lock.acquire(name, me, { signal: never, timeoutMs: 400 }));
    t.match(error, { code: 'FC-CLM-007', message: 'does not answer' });
    t.ok(connections <= 6, `no busy loop: ${connections} connections`);
    stranger.close();
  }
});

t.test('holds on while a visitor sends garbage and hangs up', async (t) => {
  const name = uniqueName();
  const held = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  const visitor = createConnection(`\0firecamp-address/${name}`);
  visitor.write(Buffer.alloc(300_000, 7));
  const [line]: unknown[] = await once(visitor, 'data');
  t.equal(String(line), `${JSON.stringify(me)}\n`);
  visitor.destroy();
  const error = await captured(lock.acquire(name, me, { signal: never, timeoutMs: 100 }));
  t.match(error, { fields: { holderPod: 'pod-a' } });
  await held[Symbol.asyncDispose]();
});

t.test('names itself still after hundreds of visitors that talked and left', async (t) => {
  const name = uniqueName();
  await using _held = await lock.acquire(name, me, { signal: never, timeoutMs: 1000 });
  for (let turn = 0; turn < 300; turn++) {
    const visitor = createConnection(`\0firecamp-address/${name}`);
    visitor.on('error', () => {});
    visitor.write('hello');
    await once(visitor, 'data');
    visitor.destroy();
  }
  const error = await captured(lock.acquire(name, me, { signal: never, timeoutMs: 500 }));
  t.match(error, { fields: { holderPod: 'pod-a' } });
});

t.test('refuses a name that no socket can have', async (t) => {
  for (const name of ['', 'a\0b', 'x'.repeat(108)]) {
    await t.rejects(lock.acquire(name, me, { signal: never, timeoutMs: 100 }), { code: 'FC-INT-001' });
  }
});
