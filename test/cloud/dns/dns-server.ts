import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { type Clock, realClock } from '../clock.ts';
import type { Route53State } from '../route53/state.ts';
import { type Resolution, resolve } from './resolve.ts';
import { ResolverCache } from './resolver-cache.ts';
import { encodeReply, encodeUdpReply, readQuery } from './wire.ts';

export interface DnsOptions {
  /** default: a free one */
  readonly port?: number;
  /** whose resolver it is; left out: it knows the private zones of every VPC */
  readonly vpcId?: string;
  /** keep answers for their TTL, negative ones too; default false */
  readonly cache?: boolean;
  /** default: real time */
  readonly clock?: Clock;
}

export interface Dns {
  /** host:port, the same for UDP and TCP */
  readonly address: string;
  /** how it fails at the moment: not at all, with SERVFAIL, or by saying nothing; may be changed at any time */
  failure: 'none' | 'servfail' | 'silent';
  /** forgets what it has kept */
  flush(): void;
  close(): Promise<void>;
}

type Ask = (question: { name: string; type: string }) => Resolution | undefined;

/**
 * A resolver that stands for the VPC's own (AmazonProvidedDNS): it answers from the private zones that are associated
 * with the VPC, and of those only what is INSYNC. Private zones need both DNS attributes of the VPC.
 */
export async function startDns(state: Route53State, host: string, options: DnsOptions = {}): Promise<Dns> {
  const cache = options.cache === true ? new ResolverCache(options.clock ?? realClock) : undefined;
  const ask: Ask = (question) => {
    if (dns.failure === 'silent') return undefined;
    if (dns.failure === 'servfail') return { rcode: 'SERVFAIL', answers: [], soa: undefined };
    const fresh = () => resolve(servedZones(state, options.vpcId), question);
    return cache === undefined ? fresh() : cache.answer(question, fresh);
  };
  const listeners = await listen(host, options.port ?? 0, ask);
  const shown = host.includes(':') ? `[${host}]` : host;
  const dns: Dns = {
    address: `${shown}:${listeners.port}`,
    failure: 'none',
    flush: () => cache?.flush(),
    close: listeners.close,
  };
  return dns;
}

function servedZones(state: Route53State, vpcId: string | undefined) {
  return state
    .zones()
    .filter(({ privateZone, vpcs }) => privateZone && vpcs.some((vpc) => isAsked(state, vpc.vpcId, vpcId)))
    .map(({ id, name }) => ({ name, records: state.served(id) }));
}

function isAsked(state: Route53State, zoneVpc: string, vpcId: string | undefined): boolean {
  return (vpcId === undefined || zoneVpc === vpcId) && state.servesPrivateZones(zoneVpc);
}

/** Binds UDP and TCP to one port; a free UDP port that is taken for TCP is given back and another one tried. */
async function listen(host: string, port: number, ask: Ask): Promise<{ port: number; close(): Promise<void> }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await bindUdp(host, port, ask);
    const bound = udp.address().port;
    try {
      const tcp = await bindTcp(host, bound, ask);
      return { port: bound, close: () => closeBoth(udp, tcp) };
    } catch (error) {
      udp.close();
      if (port !== 0 || attempt === 10) throw error;
    }
  }
}

async function bindUdp(host: string, port: number, ask: Ask): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', (message, client) => {
    const query = readQuery(message);
    const question = query?.questions[0];
    const resolution = question === undefined ? undefined : ask(question);
    if (query === undefined || resolution === undefined) return;
    socket.send(encodeUdpReply(query, resolution), client.port, client.address);
  });
  socket.bind(port, host);
  await once(socket, 'listening');
  return socket;
}

async function bindTcp(host: string, port: number, ask: Ask): Promise<Server & { sockets: Set<TcpSocket> }> {
  const sockets = new Set<TcpSocket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serveTcp(socket, ask);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return Object.assign(server, { sockets });
}

/** Each message has its length before it, in two bytes (RFC 1035, section 4.2.2). */
function serveTcp(socket: TcpSocket, ask: Ask): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      const query = readQuery(pending.subarray(2, end));
      pending = pending.subarray(end);
      const question = query?.questions[0];
      const resolution = question === undefined ? undefined : ask(question);
      if (query === undefined || resolution === undefined) continue;
      const reply = encodeReply(query, resolution);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([length, reply]));
    }
  });
}

async function closeBoth(udp: Socket, tcp: Server & { sockets: Set<TcpSocket> }): Promise<void> {
  const closed = once(tcp, 'close');
  tcp.close();
  for (const socket of tcp.sockets) socket.destroy();
  await Promise.all([closed, new Promise<void>((resolve) => udp.close(() => resolve()))]);
}
