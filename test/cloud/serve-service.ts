import { createServer, type IncomingMessage } from 'node:http';
import type { CloudReply, CloudRequest, CloudService } from './service.ts';

export interface ServedService {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Puts one simulated service on a loopback port with nothing in front of it: no signature check, no IAM, no latency.
 * For the tests of the service itself; everything else uses the whole cloud.
 */
export async function serveService(service: CloudService, instanceId?: string): Promise<ServedService> {
  const server = createServer((incoming, outgoing) => {
    void readRequest(incoming, instanceId).then((request) => {
      const { status, headers, body } = reply(service, request);
      outgoing.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function reply(service: CloudService, request: CloudRequest): CloudReply {
  const operation = service.operation(request);
  return service.throttle?.(request, operation) ?? service.handle(request, operation);
}

async function readRequest(incoming: IncomingMessage, instanceId: string | undefined): Promise<CloudRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://service.invalid'),
    headers,
    body: Buffer.concat(chunks).toString(),
    principal: undefined,
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}
