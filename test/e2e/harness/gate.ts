import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP forwarder in front of a real server, so that a test can take that server away from the pods. */
export interface Gate extends AsyncDisposable {
  readonly port: number;
  /** `open` forwards; `closed` resets every connection, old and new; `silent` accepts and never answers. */
  set(state: 'open' | 'closed' | 'silent'): void;
}

/** Opens a gate at `host`, on a free port unless one is named, that forwards to a port of the loopback address. */
export async function openGate(host: string, targetPort: number, ownPort = 0): Promise<Gate> {
  let state: 'open' | 'closed' | 'silent' = 'open';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (state === 'closed') client.resetAndDestroy();
    if (state !== 'open') return;
    const backend = connect(targetPort, '127.0.0.1');
    keep(backend);
    client.pipe(backend).pipe(client);
    client.once('close', () => backend.destroy());
    backend.once('close', () => client.destroy());
  });
  server.listen(ownPort, host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    set(next) {
      state = next;
      if (next !== 'open') for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
