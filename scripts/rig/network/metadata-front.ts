import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/**
 * Listens on the metadata address in the router and hands each connection to the metadata server of the node it comes from; one from nowhere known is closed. A node's address tells which node it is, so no rewriting is needed.
 */
export async function serveNodeMetadata(
  metadataIp: string,
  serverOf: (clientIp: string) => URL | undefined,
): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((client) => {
    keep(client);
    const target = serverOf(client.remoteAddress ?? '');
    if (target === undefined) {
      client.destroy();
      return;
    }
    const backend = createConnection(Number(target.port), target.hostname);
    keep(backend);
    client.pipe(backend).pipe(client);
    client.once('close', () => backend.destroy());
    backend.once('close', () => client.destroy());
  });
  server.listen(80, metadataIp);
  await once(server, 'listening');
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
