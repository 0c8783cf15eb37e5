import { createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { FirecampError, InterruptedError } from '../domain/errors.ts';
import { type AddressLock, LockHeldError, type LockHolder } from '../ports/address-lock.ts';
import { formatHolder } from './lock-holder-line.ts';
import { awaitRelease } from './lock-waiting.ts';

/** sun_path has 108 bytes (unix(7)), one of which is the leading NUL. */
const maxPathBytes = 108;
/** Waiters beyond this are turned away and try again after a pause, so that nobody can use up the holder's descriptors. */
const maxWaiters = 256;
/** A holder cannot answer in less; a wait this short would only forget who it was. */
const shortestWaitMs = 10;

/**
 * The lock of an address as an abstract Unix socket (unix(7)): bound by at most one process of a network namespace, which all
 * hostNetwork pods of a node share; no file, no mount, and gone with its process however that ends. It keeps out our own programs, not
 * a hostile one: any process of the node can bind the name first, and then the wait ends with `LockHeldError`.
 *
 * A waiter connects, is told the holder, and waits for the end of that connection. It does not poll.
 */
export class AbstractSocketLock implements AddressLock {
  async acquire(
    name: string,
    holder: LockHolder,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<AsyncDisposable> {
    const path = socketPath(name);
    const started = performance.now();
    let known: LockHolder | undefined;
    for (;;) {
      if (options.signal.aborted) throw new InterruptedError(`waiting for the lock "${name}"`, options.signal.reason);
      const held = await tryBind(path, holder);
      if (held !== undefined) return held;
      const leftMs = options.timeoutMs - (performance.now() - started);
      if (leftMs < shortestWaitMs) throw new LockHeldError(name, known, performance.now() - started);
      known = await awaitRelease(path, { signal: options.signal, timeoutMs: leftMs, what: name });
    }
  }
}

function socketPath(name: string): string {
  const path = `\0firecamp-address/${name}`;
  if (name === '' || name.includes('\0') || Buffer.byteLength(path) > maxPathBytes) {
    throw new FirecampError('FC-INT-001', `"${name}" cannot be the name of a lock.`);
  }
  return path;
}

/** The lock, or undefined when somebody has it. */
function tryBind(path: string, holder: LockHolder): Promise<AsyncDisposable | undefined> {
  const waiters = new Set<Socket>();
  const server = createServer((socket) => {
    waiters.add(socket);
    socket.once('close', () => waiters.delete(socket));
    // A waiter that gave up, or one that is not ours: nothing to do about it. What it sends is dropped, but read: otherwise its
    // end would go unnoticed and its descriptor stay open.
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.write(formatHolder(holder));
  });
  server.maxConnections = maxWaiters;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else
        reject(
          new FirecampError('FC-HST-001', `Cannot bind a Unix socket for the lock: ${error.message}.`, {
            cause: error,
          }),
        );
    });
    server.listen({ path, exclusive: true }, () =>
      resolve({ [Symbol.asyncDispose]: () => closeServer(server, waiters) }),
    );
  });
}

function closeServer(server: Server, waiters: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    // The name is free once the listening socket is closed; only then are waiters told, or they would find it taken still.
    server.close(() => resolve());
    for (const waiter of waiters) waiter.destroy();
  });
}
