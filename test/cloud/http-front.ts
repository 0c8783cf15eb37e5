import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { permissionError, signatureError } from './auth-errors.ts';
import type { Call, CallLog } from './call-log.ts';
import { type Clock, sleep } from './clock.ts';
import type { Fault, FaultRules, Strike } from './faults.ts';
import { refusal, send } from './front-reply.ts';
import { isAllowed } from './iam-policy.ts';
import { drawLatency, type LatencyProfile } from './latency.ts';
import type { CloudReply, CloudRequest, CloudService } from './service.ts';
import { verifySignature } from './signature.ts';
import type { Topology } from './topology.ts';

export interface FrontOptions {
  readonly service: CloudService;
  readonly topology: Topology;
  readonly clock: Clock;
  readonly faults: FaultRules;
  readonly calls: CallLog;
  readonly latency: LatencyProfile;
  readonly host: string;
  /** default: a free one */
  readonly port?: number;
  /** for IMDS: whose it is */
  readonly instanceId?: string;
}

/** A listening service. */
export interface Front {
  readonly url: string;
  /** stops listening and cuts every connection */
  close(): Promise<void>;
}

/** Serves one simulated service over HTTP: signature, permissions, faults, latency and the call log around its semantics. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const server = createServer((incoming, response) => {
    serve(options, incoming, response).catch(() => response.destroy());
  });
  // A server that closes idle connections after Node's five seconds cuts the request that a client sends in that moment:
  // a fault nobody asked for.
  server.keepAliveTimeout = 600_000;
  server.listen(options.port ?? 0, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(front: FrontOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { service, clock, calls } = front;
  const gaveUp = new Promise<void>((resolve) => response.once('close', resolve));
  const request = await readRequest(incoming, front.instanceId);
  const operation = service.operation(request);
  const call = calls.begin({
    service: service.name,
    operation,
    params: parameters(request),
    body: request.body,
    receivedAt: clock.now(),
    ...(front.instanceId === undefined ? {} : { instanceId: front.instanceId }),
  });
  void gaveUp.then(() => calls.end(call, clock.now()));
  const strikes = front.faults.strike(call);
  const faults = strikes.map((strike) => strike.fault);
  const reply = await proceed(front, request, call, strikes, gaveUp);
  if (reply === 'silence') return;
  if (reply !== 'cut') note(call, reply);
  calls.end(call, clock.now());
  if (reply === 'cut') response.destroy();
  else await send(response, reply, faults, clock);
}

/** Takes a call from its arrival to the reply that is to be sent. */
async function proceed(
  front: FrontOptions,
  request: CloudRequest,
  call: Call,
  strikes: readonly Strike[],
  gaveUp: Promise<void>,
): Promise<CloudReply | 'cut' | 'silence'> {
  const { service, clock } = front;
  const faults = strikes.map((strike) => strike.fault);
  const has = (kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);
  const latency = drawLatency(front.latency, service.name, call.operation);

  if ((await standStill(strikes, 'arrival', call)) === 'drop') return 'silence';
  await sleep(clock, latency.beforeEffectMs + delays(faults, 'beforeEffectMs'));
  const refused = faults.map((fault) => refusal(service, fault)).find((reply) => reply !== undefined);
  if (refused) return refused;
  if (has('cut')) return 'cut';
  if (has('swallow')) return 'silence';
  const late = faults.find((fault) => fault.kind === 'late-effect');
  if (late) {
    await gaveUp;
    await sleep(clock, late.afterGiveUpMs);
  }
  const reply = take(front, request, call);
  if ((await standStill(strikes, 'reply', call)) === 'drop') return 'silence';
  await sleep(clock, latency.afterEffectMs + delays(faults, 'afterEffectMs'));
  if (late || has('no-reply')) return 'silence';
  return has('lose-reply') ? 'cut' : reply;
}

async function standStill(strikes: readonly Strike[], at: 'arrival' | 'reply', call: Call): Promise<'go-on' | 'drop'> {
  for (const strike of strikes) {
    if (strike.fault.kind !== 'hold' || strike.fault.at !== at) continue;
    strike.stand(call);
    if ((await strike.over) === 'drop') return 'drop';
  }
  return 'go-on';
}

function delays(faults: readonly Fault[], when: 'beforeEffectMs' | 'afterEffectMs'): number {
  return faults.reduce((sum, fault) => sum + (fault.kind === 'delay' ? (fault[when] ?? 0) : 0), 0);
}

/** Signature, permissions, rate and then the effect, in one synchronous step. */
function take(front: FrontOptions, request: CloudRequest, call: Call): CloudReply {
  const { service, topology, clock } = front;
  const { operation } = call;
  if (!service.signed(operation)) return effect(front, request, call);
  const principal = verifySignature(request, service.name, topology, clock.now());
  if (typeof principal === 'string') return signatureError(service, principal);
  call.principal = principal.arn;
  const signed = { ...request, principal };
  const resources = service.resources?.(signed, operation) ?? [{ arn: '*', context: {} }];
  if (!isAllowed(principal.policy, `${service.name}:${operation}`, resources)) {
    return permissionError(service, `${service.name}:${operation}`, principal.arn);
  }
  for (const { action, resources: on } of service.implied?.(signed, operation) ?? []) {
    call.implied = [...(call.implied ?? []), action];
    if (!isAllowed(principal.policy, action, on)) return permissionError(service, action, principal.arn);
  }
  return effect(front, signed, call);
}

function effect(front: FrontOptions, request: CloudRequest, call: Call): CloudReply {
  const { service, clock } = front;
  const tooMany = service.throttle?.(request, call.operation);
  if (tooMany) return tooMany;
  call.effectAt = clock.now();
  try {
    return service.handle(request, call.operation);
  } catch (error) {
    // Not a 5xx: a client would retry that, and the fault in the simulator would look like one of the network.
    return service.error(400, 'SimulatorBug', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

async function readRequest(incoming: IncomingMessage, instanceId: string | undefined): Promise<CloudRequest> {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(',')] as const);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`),
    headers: Object.fromEntries(headers),
    body: await text(incoming),
    principal: undefined,
    ...(instanceId === undefined ? {} : { instanceId }),
  };
}

function parameters(request: CloudRequest): Record<string, string> {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return Object.fromEntries([...request.url.searchParams, ...(form ? new URLSearchParams(request.body) : [])]);
}

function note(call: Call, reply: CloudReply): void {
  call.status = reply.status;
  if (reply.status < 400) return;
  const code = /(?:<Code>|"__type":")([^<"]+)/.exec(reply.body)?.[1];
  if (code !== undefined) call.errorCode = code;
}
