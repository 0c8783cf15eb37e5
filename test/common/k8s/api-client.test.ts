import { writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Test, test } from 'tap';
import { ApiClient, type ApiClientConfig } from '../../../common/k8s/api-client.ts';
import { freePorts } from '../../../scripts/rig/free-port.ts';
import { rejectionOf } from '../../rejection.ts';
import { tlsServer } from './tls-server.ts';

const live = () => new AbortController().signal;

function reply(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function clientOf(t: Test, answer: RequestListener, config: Partial<ApiClientConfig> = {}) {
  const served = await tlsServer(t, answer);
  const client = new ApiClient({ ...served, ...config });
  t.teardown(() => client.close());
  return { ...served, client };
}

test('sends the token and a JSON body, and returns the parsed reply', async (t) => {
  const seen: IncomingMessage[] = [];
  const { client } = await clientOf(t, async (request, response) => {
    seen.push(request);
    reply(response, 200, { echo: JSON.parse(Buffer.concat(await request.toArray()).toString()) });
  });
  const options = { signal: live(), body: { a: 1 }, contentType: 'application/merge-patch+json' };
  t.strictSame(await client.request('PATCH', '/api/v1/x', options), { echo: { a: 1 } });
  t.match(seen[0]?.headers, {
    authorization: 'Bearer first-token',
    'content-type': 'application/merge-patch+json',
    accept: 'application/json',
  });
});

test('sends the body of a delete whole, so that its preconditions count', async (t) => {
  const { client } = await clientOf(t, async (request, response) => {
    reply(response, 200, { echo: JSON.parse(Buffer.concat(await request.toArray()).toString()) });
  });
  const body = { preconditions: { resourceVersion: '1' } };
  t.strictSame(await client.request('DELETE', '/x', { signal: live(), body }), { echo: body });
  t.strictSame(await client.request('DELETE', '/x', { signal: live(), body }), { echo: body }, 'on a kept connection');
});

test('tells every kind of refusal and failure apart, and what each leaves of a write', async (t) => {
  let status = 0;
  const body = { kind: 'Status', reason: 'Because', message: 'words of the server', details: { kind: 'namespaces' } };
  const { client } = await clientOf(t, (_, response) => reply(response, status, body, { 'retry-after': '7' }));
  const cases = [
    [400, { name: 'ApiServerRefused', refusal: 'rejected' }],
    [401, { code: 'FC-K8S-002', failure: 'unauthorized', effect: 'none', transient: false }],
    [403, { code: 'FC-K8S-002', failure: 'forbidden', effect: 'none', transient: false }],
    [404, { refusal: 'notFound', reason: 'Because', kind: 'namespaces' }],
    [409, { refusal: 'conflict' }],
    [410, { refusal: 'gone' }],
    [422, { refusal: 'invalid' }],
    [429, { code: 'FC-K8S-001', failure: 'throttled', effect: 'none', transient: true, retryAfterSeconds: 7 }],
    [500, { failure: 'serverError', effect: 'unknown', transient: true, status: 500 }],
    [503, { failure: 'serverError', effect: 'unknown', retryAfterSeconds: 7 }],
    [302, { failure: 'malformed', effect: 'unknown' }],
  ] as const;
  for (const [answered, expected] of cases) {
    status = answered;
    t.match(
      await rejectionOf(client.request('PUT', '/api/v1/x?a=b', { signal: live(), body })),
      expected,
      `PUT ${answered}`,
    );
  }
  status = 500;
  t.match(
    await rejectionOf(client.request('GET', '/api/v1/x?a=b', { signal: live() })),
    { effect: 'none', message: /^GET \/api\/v1\/x: .*500 Because: words of the server/ },
    'a read never has an effect',
  );
});

test('calls a reply that is no JSON object, too large or cut off malformed or unreachable, never success', async (t) => {
  let answer: (response: ServerResponse) => void = () => {};
  const { client } = await clientOf(t, (_, response) => answer(response), { maxBodyBytes: 100 });
  const put = () => client.request('PUT', '/x', { signal: live(), body: {} });
  answer = (response) => reply(response, 200, '<html>proxy</html>');
  t.match(await rejectionOf(put()), { failure: 'malformed', effect: 'unknown', message: /<html>proxy/ });
  answer = (response) => reply(response, 200, '[]');
  t.match(await rejectionOf(put()), { failure: 'malformed', effect: 'unknown' });
  answer = (response) => reply(response, 200, { long: 'x'.repeat(100) });
  t.match(await rejectionOf(put()), { failure: 'malformed', effect: 'unknown', message: /more than 100 bytes/ });
  answer = (response) => {
    response.writeHead(200, { 'content-length': '50' });
    response.write('{"half":');
    setImmediate(() => response.destroy());
  };
  t.match(await rejectionOf(put()), { failure: 'unreachable', effect: 'unknown' });
});

test('knows that a server it could not connect to did nothing', async (t) => {
  const { caFile, tokenFile, server } = await tlsServer(t, () => {});
  const [closed] = await freePorts(1);
  const nobody = new ApiClient({ server: `https://127.0.0.1:${closed}`, caFile, tokenFile });
  const put = { signal: live(), body: {} };
  t.match(await rejectionOf(nobody.request('PUT', '/x', put)), {
    failure: 'unreachable',
    effect: 'none',
    transient: true,
  });
  const stranger = await tlsServer(t, () => {});
  const misled = new ApiClient({ server, caFile: stranger.caFile, tokenFile });
  t.match(
    await rejectionOf(misled.request('PUT', '/x', put)),
    { failure: 'unreachable', effect: 'none' },
    'certificate',
  );
  const lost = new ApiClient({ server, caFile: `${caFile}.none`, tokenFile });
  t.match(await rejectionOf(lost.request('PUT', '/x', put)), {
    failure: 'unreachable',
    effect: 'none',
    message: /CA file/,
  });
  const nameless = new ApiClient({ server, caFile, tokenFile: `${tokenFile}.none` });
  t.match(await rejectionOf(nameless.request('PUT', '/x', put)), { failure: 'unauthorized', message: /token file/ });
});

test('gives up at its deadline, and says that the write may still happen', async (t) => {
  const { client } = await clientOf(t, () => {});
  const asked = client.request('PUT', '/x', { signal: live(), body: {}, timeoutMs: 200 });
  t.match(await rejectionOf(asked), { failure: 'timeout', effect: 'unknown', message: /no reply within 200 ms/ });
});

test('stops when its caller does, before the request and in the middle of a reply', async (t) => {
  const stop = new AbortController();
  let asked = 0;
  const { client } = await clientOf(t, (_, response) => {
    asked++;
    response.writeHead(200).write('{');
    setImmediate(() => stop.abort(new Error('TERM')));
  });
  t.match(await rejectionOf(client.request('GET', '/x', { signal: stop.signal })), {
    name: 'Interrupted',
    cause: { message: 'TERM' },
  });
  t.match(await rejectionOf(client.request('GET', '/x', { signal: stop.signal })), { name: 'Interrupted' });
  t.equal(asked, 1, 'an aborted call sends nothing');
});

test('uses the new token when the old one is refused, once', async (t) => {
  const tokens: (string | undefined)[] = [];
  const { client, tokenFile } = await clientOf(t, (request, response) => {
    tokens.push(request.headers.authorization);
    reply(response, request.headers.authorization === 'Bearer second-token' ? 200 : 401, {});
  });
  t.match(await rejectionOf(client.request('GET', '/x', { signal: live() })), { failure: 'unauthorized', status: 401 });
  t.equal(tokens.length, 1, 'the same token is not tried twice');
  writeFileSync(tokenFile, 'second-token');
  await t.resolves(client.request('PUT', '/x', { signal: live(), body: {} }));
  t.strictSame(tokens.slice(1), ['Bearer first-token', 'Bearer second-token']);
});

test('repeats a read, but never a write, whose kept connection turns out dead', async (t) => {
  const methods: (string | undefined)[] = [];
  let cut = false;
  const { client } = await clientOf(t, (request, response) => {
    methods.push(request.method);
    if (cut) request.socket.destroy();
    else reply(response, 200, {});
    cut = false;
  });
  await client.request('GET', '/x', { signal: live() });
  cut = true;
  await t.resolves(client.request('GET', '/x', { signal: live() }));
  cut = true;
  const write = client.request('PUT', '/x', { signal: live(), body: {} });
  t.match(await rejectionOf(write), { failure: 'unreachable', effect: 'unknown' });
  t.strictSame(methods, ['GET', 'GET', 'GET', 'PUT']);
});
