import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, sleep } from './clock.ts';
import type { Fault } from './faults.ts';
import type { CloudReply, CloudService } from './service.ts';

/** The error reply that a fault stands for; undefined for faults that are no reply. */
export function refusal(service: CloudService, fault: Fault): CloudReply | undefined {
  switch (fault.kind) {
    case 'throttle':
      return throttled(service);
    case 'server-error': {
      const code = fault.code ?? (service.name === 'ec2' ? 'InternalError' : 'InternalFailure');
      return service.error(fault.status ?? 500, code, 'An internal error has occurred');
    }
    case 'error':
      return service.error(fault.status, fault.code, fault.message);
    default:
      return undefined;
  }
}

/** EC2 API reference, "Error codes": RequestLimitExceeded, status 503. Route 53 and STS, "Common errors": Throttling, status 400. */
function throttled(service: CloudService): CloudReply {
  if (service.name === 'ec2') return service.error(503, 'RequestLimitExceeded', 'Request limit exceeded.');
  if (service.name === 'imds') return service.error(503, 'Throttling', 'Too many requests');
  // Service Quotas API reference, TooManyRequestsException.
  if (service.name === 'servicequotas') return service.error(400, 'TooManyRequestsException', 'Rate exceeded');
  return service.error(400, 'Throttling', 'Rate exceeded');
}

/** Sends the reply, in the way the faults say. Resolves when all is handed to the connection. */
export async function send(
  response: ServerResponse,
  reply: CloudReply,
  faults: readonly Fault[],
  clock: Clock,
): Promise<void> {
  const garbled = faults.find((fault) => ['slow-body', 'garbage', 'truncated', 'huge'].includes(fault.kind));
  const body = Buffer.from(garbled?.kind === 'garbage' ? '\u0000}<not an answer' : reply.body);
  const blanks = garbled?.kind === 'huge' ? 64 : 0;
  response.writeHead(garbled?.kind === 'garbage' ? 200 : reply.status, {
    ...reply.headers,
    // Clients correct their own clock by this header.
    date: new Date(clock.now()).toUTCString(),
    'content-length': String(body.length + blanks * mebibyte.length),
  });
  if (garbled?.kind === 'slow-body') return trickle(response, body, 1000 / (garbled.bytesPerSecond ?? 1), clock);
  if (garbled?.kind === 'truncated') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  if (blanks > 0) return flood(response, body, blanks);
  response.end(body);
}

const mebibyte = Buffer.alloc(1024 * 1024, ' ');

async function trickle(response: ServerResponse, body: Buffer, gapMs: number, clock: Clock): Promise<void> {
  for (const byte of body) {
    if (response.destroyed) return;
    response.write(Buffer.from([byte]));
    await sleep(clock, gapMs);
  }
  response.end();
}

async function flood(response: ServerResponse, body: Buffer, blanks: number): Promise<void> {
  const pieces = [body, ...Array.from({ length: blanks }, () => mebibyte)];
  // A caller that has had enough cuts the connection.
  await pipeline(Readable.from(pieces), response).catch(() => response.destroy());
}
