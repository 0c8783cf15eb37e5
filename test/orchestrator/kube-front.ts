import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:https';
import { pipeline } from 'node:stream';
import type { Test } from 'tap';
import type { KubeApi } from '../../scripts/rig/kube-api.ts';
import { tlsServer } from '../common/k8s/tls-server.ts';

/** What happens to a request on a bad day. */
export type BadDay =
  /** Answered with this status in place of the API server, which never sees it. */
  | { readonly status: 409 | 429 | 500; readonly retryAfter?: number }
  /** Answered with this in place of the API server, which never sees it. */
  | { readonly answer: object }
  /** Carried out, and its answer lost. */
  | 'lose the answer'
  /** A watch that breaks after so many milliseconds. */
  | { readonly breakAfterMs: number }
  | undefined;

/** One request as it is looked at; `count` from 1 for this method and path. */
export interface FrontRequest {
  readonly method: string;
  readonly url: URL;
  readonly count: number;
}

/** The API server behind a front that gives it bad days, until the test is over; its connections are the same otherwise. */
export async function kubeFront<T extends KubeApi>(
  t: Test,
  api: T,
  badDay: (request: FrontRequest) => BadDay,
): Promise<{ readonly api: T; readonly requests: FrontRequest[] }> {
  const requests: FrontRequest[] = [];
  const ca = readFileSync(api.caFile);
  const front = await tlsServer(t, (incoming, outgoing) => {
    const { method = 'GET' } = incoming;
    const url = new URL(incoming.url ?? '/', api.url);
    const earlier = requests.filter((one) => one.method === method && one.url.pathname === url.pathname);
    const seen = { method, url, count: earlier.length + 1 };
    requests.push(seen);
    const day = badDay(seen);
    if (typeof day === 'object' && 'status' in day) refuse(outgoing, day);
    else if (typeof day === 'object' && 'answer' in day) answer(outgoing, day.answer);
    else forward(incoming, outgoing, url, ca, day);
  });
  return { api: Object.assign(Object.create(null), api, { url: front.server, caFile: front.caFile }), requests };
}

const reasons = { 409: 'Conflict', 429: 'TooManyRequests', 500: 'InternalError' } as const;

function refuse(outgoing: ServerResponse, { status, retryAfter }: Extract<BadDay, { status: number }>): void {
  const headers = {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
  const message = 'Operation cannot be fulfilled: the object has been modified';
  outgoing.writeHead(status, headers);
  outgoing.end(JSON.stringify({ kind: 'Status', status: 'Failure', code: status, reason: reasons[status], message }));
}

function answer(outgoing: ServerResponse, body: object): void {
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: URL, ca: Buffer, day: BadDay): void {
  const { host: _host, ...headers } = incoming.headers;
  const onward = request(url, { method: incoming.method, headers, ca }, (reply) => {
    if (day === 'lose the answer') {
      reply.resume();
      reply.once('end', () => outgoing.destroy());
      return;
    }
    // Whoever asked is gone, as after Ctrl-C; what was asked for is done all the same.
    if (outgoing.destroyed) {
      reply.resume();
      return;
    }
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    outgoing.flushHeaders();
    if (typeof day === 'object' && 'breakAfterMs' in day) setTimeout(() => outgoing.destroy(), day.breakAfterMs);
    pipeline(reply, outgoing, () => onward.destroy());
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
