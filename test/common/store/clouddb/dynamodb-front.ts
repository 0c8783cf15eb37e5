import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

/** A call on its way to DynamoDB. */
export interface DynamoDbCall {
  readonly action: string;
  readonly body: { readonly ClientRequestToken?: string; readonly TransactItems?: readonly unknown[] };
}

/** What becomes of a call: the answer is lost after the database acted, or is this one in place of the database's. */
export type DynamoDbFault = 'answerLost' | { readonly status: number; readonly reply: object } | undefined;

/** A way to the DynamoDB at `url` on which calls are counted and go wrong. `nth` counts from 1 for each action. */
export async function dynamoDbFront(
  t: Test,
  url: string,
  fault: (call: DynamoDbCall, nth: number) => DynamoDbFault = () => undefined,
): Promise<{ readonly url: string; readonly calls: DynamoDbCall[] }> {
  const calls: DynamoDbCall[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const call = { action, body: JSON.parse(text) };
    calls.push(call);
    const wrong = fault(call, calls.filter((one) => one.action === action).length);
    if (typeof wrong === 'object') return answer(response, wrong.status, JSON.stringify(wrong.reply));
    const reply = await forwarded(url, request, text);
    if (wrong === 'answerLost') return response.destroy();
    answer(response, reply.status, await reply.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

function forwarded(url: string, request: IncomingMessage, body: string): Promise<Response> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && /^(x-amz|authorization|content-type)/.test(name) ? [[name, value]] : [],
  );
  return fetch(url, { method: 'POST', headers, body });
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(body);
}
