import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** TCP ports of the loopback address that were free a moment ago; another process may still take one first. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  // All are held until all are known, so that no port is given twice.
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/**
 * Starts something on free ports of the loopback address, and again on others when one was taken in between.
 *
 * @param start - must leave nothing behind when it throws.
 * @throws what the third attempt threw, or the first that was not about a port.
 */
export async function onFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      // Somebody else may have taken one of the free ports between the look and the start.
      if (attempt === 3 || !/address already in use/.test(String(error))) throw error;
    }
  }
}
