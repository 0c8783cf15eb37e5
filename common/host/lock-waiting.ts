import { createConnection } from 'node:net';
import { performance } from 'node:perf_hooks';
import { InterruptedError } from '../domain/errors.ts';
import type { LockHolder } from '../ports/address-lock.ts';
import { maxHolderLineBytes, parseHolder } from './lock-holder-line.ts';

/** A connection that ended sooner told us nothing: refused, turned away, or closed by a program that is not ours. */
const uselessBelowMs = 20;
const pauseMs = 100;

/** What a wait is for, and how long it may take. */
export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly what: string;
}

/**
 * Waits until the holder's connection ends (released, or its process died) or the time is over; says who held it, where the holder
 * answered. A stopped holder takes the connection (the kernel queues it) and says nothing.
 * Rejects with `InterruptedError` when the signal aborts. Leaves nothing open.
 */
export async function awaitRelease(path: string, options: WaitOptions): Promise<LockHolder | undefined> {
  const { signal } = options;
  const started = performance.now();
  const holder = await watchHolder(path, options);
  const waitedMs = performance.now() - started;
  // Without the pause a socket that closes each connection at once would be a busy loop.
  if (!signal.aborted && waitedMs < uselessBelowMs)
    await pause(Math.min(pauseMs, options.timeoutMs - waitedMs), signal);
  if (signal.aborted) throw new InterruptedError(`waiting for the lock "${options.what}"`, signal.reason);
  return holder;
}

function watchHolder(path: string, options: WaitOptions): Promise<LockHolder | undefined> {
  return new Promise((resolve) => {
    let text = '';
    let holder: LockHolder | undefined;
    const socket = createConnection({ path });
    const finish = () => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', finish);
      socket.destroy();
      resolve(holder);
    };
    const timer = setTimeout(finish, Math.max(1, options.timeoutMs));
    options.signal.addEventListener('abort', finish, { once: true });
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      if (holder !== undefined || text.length > maxHolderLineBytes) return;
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) holder = parseHolder(text.slice(0, end));
    });
    socket.once('end', finish);
    socket.once('error', finish);
    socket.once('close', finish);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(1, ms));
    signal.addEventListener('abort', done, { once: true });
  });
}
