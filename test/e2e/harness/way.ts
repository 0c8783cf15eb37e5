import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Gate, openGate } from './gate.ts';
import type { World } from './world.ts';

/** What a pod talks to by HTTP. */
export type Far = 'ec2' | 'imds' | 'route53' | 'store';

/** One request of the pod, in the order in which they came. */
export interface Step {
  readonly far: Far;
  /** E.g. `AssignPrivateIpAddresses`, `UpdateItem`, `GET /latest/meta-data/instance-id`; of any interface `macs/-`, without a query. */
  readonly operation: string;
  readonly body: string;
}

/** Which step to stop, and where: before it reaches the server, or when the server's answer is there. */
export interface Stop {
  readonly at: 'arrival' | 'reply';
  readonly matches: (step: Step, index: number, steps: readonly Step[]) => boolean;
}

/** A step that stands still. */
export interface Held {
  readonly step: Step;
  /** Lets it go on, as if nothing had been. */
  goOn(): void;
}

/**
 * One pod's own way to AWS, the metadata service, the record store and the API server. Every request can be counted, stopped or kept from
 * its server, whatever other pods do meanwhile.
 */
export interface Way extends AsyncDisposable {
  /** Lead a pod's programs this way. */
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly api: Gate;
  /** Stops the first step that matches; resolves when it stands still. Nobody who lets it go on: it never comes to anything. */
  hold(stop: Stop): Promise<Held>;
  /** `open` forwards; `closed` resets every connection that asks something; `silent` never answers. */
  set(far: Far, state: 'open' | 'closed' | 'silent'): void;
}

const variables: Readonly<Record<Far, string>> = {
  ec2: 'AWS_ENDPOINT_URL_EC2',
  imds: 'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  route53: 'AWS_ENDPOINT_URL_ROUTE_53',
  store: 'AWS_ENDPOINT_URL_DYNAMODB',
};

interface Waiting {
  readonly stop: Stop;
  readonly reached: (held: Held) => void;
}

/** Opens a way for pods of this node. */
export async function openWay(world: World, instanceId: string): Promise<Way> {
  await using failing = new AsyncDisposableStack();
  const targets = world.nodeEnvironment(instanceId);
  const steps: Step[] = [];
  const states = new Map<Far, 'open' | 'closed' | 'silent'>();
  const waiting = new Set<Waiting>();
  const stand = async (at: Stop['at'], step: Step, index: number): Promise<void> => {
    const found = [...waiting].find(({ stop }) => stop.at === at && stop.matches(step, index, steps));
    if (found === undefined) return;
    waiting.delete(found);
    await new Promise<void>((goOn) => found.reached({ step, goOn }));
  };
  const serve = async (far: Far, incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const state = states.get(far) ?? 'open';
    if (state === 'closed') incoming.socket.resetAndDestroy();
    if (state !== 'open') return;
    const body = await buffer(incoming);
    const step = { far, operation: operationOf(far, incoming, body), body: body.toString('utf8') };
    const index = steps.push(step) - 1;
    await stand('arrival', step, index);
    const reply = await forward(targets[variables[far]] ?? '', incoming, body);
    await stand('reply', step, index);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  };
  const env: Record<string, string> = {};
  for (const far of ['ec2', 'imds', 'route53', 'store'] as const) {
    const server = createServer((incoming, response) => {
      // Whoever asked may be gone, or the server behind: neither is this test's affair.
      serve(far, incoming, response).catch(() => response.destroy());
    });
    server.listen(0, world.fabric.serviceIp);
    await once(server, 'listening');
    failing.defer(() => {
      server.close();
      server.closeAllConnections();
    });
    env[variables[far]] = `http://${world.fabric.serviceIp}:${(server.address() as AddressInfo).port}`;
  }
  const api = failing.use(await openGate(world.fabric.serviceIp, Number(new URL(world.api.url).port)));
  env['FIRECAMP_K8S_URL'] = `https://${world.fabric.serviceIp}:${api.port}`;
  const closers = failing.move();
  return {
    env,
    steps,
    api,
    hold: (stop) => new Promise((reached) => waiting.add({ stop, reached })),
    set: (far, state) => void states.set(far, state),
    [Symbol.asyncDispose]: () => closers.disposeAsync(),
  };
}

function operationOf(far: Far, incoming: IncomingMessage, body: Buffer): string {
  if (far === 'ec2') return new URLSearchParams(body.toString('utf8')).get('Action') ?? '';
  const target = incoming.headers['x-amz-target'];
  if (typeof target === 'string') return target.replace(/^.*\./, '');
  const path = (incoming.url ?? '').replace(/\?.*$/, '').replace(/macs\/[^/]+/, 'macs/-');
  return `${incoming.method} ${path}`;
}

async function forward(base: string, incoming: IncomingMessage, body: Buffer) {
  // Headers as they came, the host's name too: the signature covers them.
  const options = { method: incoming.method ?? 'GET', headers: incoming.headers, agent: false as const };
  const outgoing = request(new URL(incoming.url ?? '/', base), options);
  outgoing.end(body);
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: reply.statusCode ?? 502, headers: reply.headers, body: await buffer(reply) };
}
