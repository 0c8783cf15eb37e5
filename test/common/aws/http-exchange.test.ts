import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type Test, test } from 'tap';
import {
  type Connections,
  closeConnections,
  exchange,
  HttpFailure,
  openConnections,
} from '../../../common/aws/http-exchange.ts';
import { freePorts } from '../../../scripts/rig/free-port.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from '../k8s/tls-server.ts';

const limits = { connectTimeoutMs: 2_000, timeoutMs: 4_000, maxBytes: 1_000 } as const;

async function serving(
  t: Test,
  answer: RequestListener,
): Promise<{ url: URL; connections: Connections; server: Server }> {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connections = openConnections(2);
  t.teardown(() => {
    closeConnections(connections);
    server.closeAllConnections();
    server.close();
  });
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?a=b`), connections, server };
}

const get = (url: URL) => ({ method: 'GET', url, headers: {} });

test('sends a request and reads the reply, whatever its status', async (t) => {
  const { url, connections } = await serving(t, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.writeHead(418, { 'X-Seen': `${request.method} ${request.url} ${request.headers['x-mine']} ${body}` });
    response.end('short and stout');
  });
  const request = { method: 'POST', url, headers: { 'x-mine': 'yes' }, body: 'tea' };
  const reply = await exchange(request, connections, limits);
  t.equal(reply.status, 418);
  t.equal(reply.headers['x-seen'], 'POST /x?a=b yes tea');
  t.equal(reply.body.toString(), 'short and stout');
});

test('uses a connection again, and asks beforeSend each time', async (t) => {
  const { url, connections, server } = await serving(t, (_, response) => response.end('ok'));
  let opened = 0;
  server.on('connection', () => {
    opened += 1;
  });
  let asked = 0;
  const beforeSend = () => {
    asked += 1;
  };
  await exchange(get(url), connections, { ...limits, beforeSend });
  await new Promise(setImmediate);
  await exchange(get(url), connections, { ...limits, beforeSend });
  t.equal(opened, 1);
  t.equal(asked, 2);
});

test('sends nothing over TLS either when beforeSend throws, and takes the next request', async (t) => {
  let seen = 0;
  const served = await tlsServer(t, (_, response) => {
    seen += 1;
    response.end('ok');
  });
  const connections = { ...openConnections(2), https: new Agent({ keepAlive: true, ca: readFileSync(served.caFile) }) };
  t.teardown(() => closeConnections(connections));
  const refusal = new Error('too late');
  const beforeSend = () => {
    throw refusal;
  };
  const url = new URL(served.server);
  t.equal(await rejectionOf(exchange(get(url), connections, { ...limits, beforeSend })), refusal);
  t.equal((await exchange(get(url), connections, limits)).status, 200);
  t.equal(seen, 1);
});

test('asks beforeSend only after the TLS handshake: never with a stranger’s certificate', async (t) => {
  const served = await tlsServer(t, (_, response) => response.end('ok'));
  const connections = openConnections(2);
  t.teardown(() => closeConnections(connections));
  let asked = false;
  const beforeSend = () => {
    asked = true;
  };
  const error = await rejectionOf(exchange(get(new URL(served.server)), connections, { ...limits, beforeSend }));
  t.match(error, { kind: 'unreachable', sent: false });
  t.notOk(asked);
});

test('knows that nothing was sent where nobody listens or nobody greets', async (t) => {
  const [closed] = await freePorts(1);
  const connections = openConnections(2);
  const silent = createTcpServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    closeConnections(connections);
    silent.close();
  });
  const refused = exchange(get(new URL(`http://127.0.0.1:${closed}/`)), connections, limits);
  t.match(await rejectionOf(refused), { kind: 'unreachable', sent: false, code: 'ECONNREFUSED' });
  const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/`);
  const mute = exchange(get(url), connections, { ...limits, connectTimeoutMs: 100 });
  t.match(await rejectionOf(mute), { kind: 'timeout', sent: false, message: /no connection within 100 ms/ });
});

test('gives up on a reply that is too slow, too large or cut off', async (t) => {
  let answer: RequestListener = () => {};
  const { url, connections } = await serving(t, (request, response) => answer(request, response));
  const asked = (timeoutMs: number) => rejectionOf(exchange(get(url), connections, { ...limits, timeoutMs }));
  t.match(await asked(100), { kind: 'timeout', sent: true, message: /no whole reply within 100 ms/ }, 'silence');
  answer = (_, response) => response.writeHead(200).write('a');
  t.match(await asked(100), { kind: 'timeout', sent: true }, 'a reply that does not end');
  answer = (_, response) => response.end('x'.repeat(1_001));
  t.match(await asked(4_000), { kind: 'tooLarge', sent: true });
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('a');
    setImmediate(() => response.destroy());
  };
  t.match(await asked(4_000), { kind: 'cut', sent: true });
  answer = (request) => request.socket.destroy();
  t.match(await asked(4_000), { kind: 'cut', sent: true, code: 'ECONNRESET' });
});

test('ends with its signal, before and in the middle', async (t) => {
  const stop = new AbortController();
  let seen = 0;
  const { url, connections } = await serving(t, () => {
    seen += 1;
    stop.abort(new Error('TERM'));
  });
  const asked = () => rejectionOf(exchange(get(url), connections, { ...limits, signal: stop.signal }));
  t.match(await asked(), { name: 'AbortError', kind: 'aborted', sent: true, cause: { message: 'TERM' } });
  const second = await asked();
  t.ok(second instanceof HttpFailure && !second.sent);
  t.equal(seen, 1);
});
