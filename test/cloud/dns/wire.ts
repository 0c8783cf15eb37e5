import * as dnsPacket from 'dns-packet';
import type { RecordSet } from '../route53/records.ts';
import type { Resolution } from './resolve.ts';

/** Response codes. Source: RFC 1035, section 4.1.1. */
const RCODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
/** What a client that says nothing of EDNS takes over UDP. Source: RFC 1035, section 2.3.4. */
const PLAIN_UDP_BYTES = 512;

/** Reads a query; undefined for what is no DNS packet, no query, or asks not exactly one question. */
export function readQuery(message: Uint8Array): dnsPacket.DecodedPacket | undefined {
  try {
    const packet = dnsPacket.decode(message);
    return packet.type === 'query' && packet.questions.length === 1 ? packet : undefined;
  } catch {
    // junk gets no answer, as from a real server
    return undefined;
  }
}

/** The reply to a query: recursive, not authoritative, which is how the VPC's resolver shows private zones. */
export function encodeReply(query: dnsPacket.DecodedPacket, resolution: Resolution): Buffer {
  return dnsPacket.encode({
    type: 'response',
    id: query.id,
    flags: replyFlags(query) | RCODES[resolution.rcode],
    questions: query.questions,
    answers: resolution.answers.flatMap(wireRecords),
    authorities: resolution.soa === undefined ? [] : wireRecords(resolution.soa),
    additionals: ednsReply(query),
  });
}

/** The same for UDP: emptied and marked truncated when it is more than the client can take. */
export function encodeUdpReply(query: dnsPacket.DecodedPacket, resolution: Resolution): Buffer {
  const whole = encodeReply(query, resolution);
  const room = query.additionals.find(({ type }) => type === 'OPT')?.udpPayloadSize ?? PLAIN_UDP_BYTES;
  if (whole.length <= Math.max(room, PLAIN_UDP_BYTES)) return whole;
  const flags = replyFlags(query) | dnsPacket.TRUNCATED_RESPONSE;
  const { id, questions } = query;
  return dnsPacket.encode({ type: 'response', id, flags, questions, additionals: ednsReply(query) });
}

/** Who speaks EDNS is answered in EDNS. Source: RFC 6891, section 6.1.1. */
function ednsReply(query: dnsPacket.DecodedPacket): dnsPacket.Answer[] {
  if (!query.additionals.some(({ type }) => type === 'OPT')) return [];
  return [{ name: '.', type: 'OPT', udpPayloadSize: 4096, flags: 0, options: [] }];
}

function replyFlags(query: dnsPacket.DecodedPacket): number {
  return dnsPacket.RECURSION_AVAILABLE | (query.flags & dnsPacket.RECURSION_DESIRED);
}

function wireRecords({ name, type, ttl, values }: RecordSet): dnsPacket.Answer[] {
  return values.map((value) => ({ name: plain(name), type, ttl, data: wireData(type, value) }));
}

function wireData(type: string, value: string): NonNullable<dnsPacket.Answer['data']> {
  const words = value.split(' ');
  const number = (index: number) => Number(words[index]);
  if (type === 'SRV') {
    return { priority: number(0), weight: number(1), port: number(2), target: plain(words[3] ?? '') };
  }
  if (type === 'MX') return { preference: number(0), exchange: plain(words[1] ?? '') };
  if (type === 'SOA') {
    const [mname, rname] = words.map(plain);
    const times = { refresh: number(3), retry: number(4), expire: number(5), minimum: number(6) };
    return { mname: mname ?? '', rname: rname ?? '', serial: number(2), ...times };
  }
  if (type === 'TXT' || type === 'SPF') return texts(value);
  return type === 'A' || type === 'AAAA' ? value : plain(value);
}

/** The strings of a TXT value, which Route 53 keeps in quotation marks. */
function texts(value: string): string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, text]) => (text ?? '').replace(/\\(.)/gs, '$1'));
}

/** A name as it goes on the wire: no trailing dot, escapes undone. */
function plain(name: string): string {
  return name
    .replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, '');
}
