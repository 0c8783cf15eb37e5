import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { latencies } from './latencies.ts';
import { nowMs, type RecordedCall } from './recorded-call.ts';

/** A way to DynamoDB on which every request is written down and takes as long as in a region. */
export interface StoreFront extends AsyncDisposable {
  /** The URL for somebody, by which its calls are told from others'. */
  urlFor(by: string): string;
  readonly calls: readonly RecordedCall[];
}

/** Opens it at this address of ours, in front of a server with DynamoDB's protocol. */
export async function openStoreFront(host: string, target: string): Promise<StoreFront> {
  const calls: RecordedCall[] = [];
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const began = nowMs();
    const [reply] = await Promise.all([forward(target, incoming, body), sleep(latencies.store)]);
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const by = (incoming.url ?? '').split('/')[1] ?? '';
    calls.push({ by, asked: 'store', operation, body: body.toString('utf8'), params: {}, began, ended: nowMs() });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer((incoming, response) => {
    // Whoever asked may be gone: a node died.
    serve(incoming, response).catch(() => response.destroy());
  });
  await once(server.listen(0, host), 'listening');
  return {
    urlFor: (by) => `http://${host}:${(server.address() as AddressInfo).port}/${by}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function forward(target: string, incoming: IncomingMessage, body: Buffer) {
  // Headers as they came, the host's name too: the signature covers them.
  const options = { method: incoming.method ?? 'GET', headers: incoming.headers, agent: false as const };
  const outgoing = request(target, options);
  outgoing.end(body);
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: reply.statusCode ?? 502, headers: reply.headers, body: await buffer(reply) };
}
