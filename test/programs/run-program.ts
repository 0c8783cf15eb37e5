import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** How an executable ended, and what it said. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of level `error`, parsed; undefined when there is none. */
  readonly error: Readonly<Record<string, unknown>> | undefined;
  readonly tookMs: number;
}

/** Runs an executable to its end with exactly this environment; one that takes longer than `limitMs` is killed, and its code is null. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  limitMs = 30_000,
): Promise<ProgramEnd> {
  const began = performance.now();
  const given = Object.fromEntries(Object.entries(env).filter((entry) => entry[1] !== undefined)) as NodeJS.ProcessEnv;
  const child = spawn(file, args, {
    env: given,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr, error: lastError(stderr), tookMs: performance.now() - began };
}

function lastError(stderr: string): Readonly<Record<string, unknown>> | undefined {
  for (const line of stderr.split('\n').reverse()) {
    if (!line.startsWith('{')) continue;
    const parsed = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (parsed['level'] === 'error') return parsed;
  }
  return undefined;
}

/** A server that is no use to anybody, and counts who connects. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly connections: number;
}

/** Listens on the loopback address; every connection is closed at once, or kept and never answered. */
export async function countConnections(then: 'close' | 'silence' = 'close'): Promise<Listener> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    sockets.add(socket);
    if (then === 'close') socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
