import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import * as dnsPacket from 'dns-packet';
import { test } from 'tap';
import { ManualClock } from '../clock.ts';
import { demoTopology } from '../demo-topology.ts';
import type { Change } from '../route53/change-batch.ts';
import { DEMO_ZONE } from '../route53/open-route53.ts';
import { Route53State } from '../route53/state.ts';
import type { Topology } from '../topology.ts';
import { type DnsOptions, startDns } from './dns-server.ts';

const NAME = 'redis-0.demo-firecamp.com';

function record(action: Change['action'], name: string, values: string[], type = 'A', ttl = 5): Change {
  return { action, record: { name: `${name}.`, type, ttl, values } };
}

async function openDns(options: DnsOptions = {}, parts: Partial<Topology> = {}) {
  const clock = new ManualClock();
  const state = new Route53State(demoTopology(parts), clock);
  state.insyncMs = 0;
  const dns = await startDns(state, '127.0.0.1', { clock, ...options });
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([dns.address]);
  const port = Number(dns.address.split(':')[1]);
  return { clock, state, dns, resolver, port, [Symbol.asyncDispose]: () => dns.close() };
}

function query(name: string, type = 'A', ednsBytes = 0): Buffer {
  const opt = { name: '.', type: 'OPT', udpPayloadSize: ednsBytes, flags: 0, options: [] };
  const additionals = ednsBytes === 0 ? [] : [opt];
  const flags = dnsPacket.RECURSION_DESIRED;
  return dnsPacket.encode({ type: 'query', id: 7, flags, questions: [{ name, type }], additionals });
}

async function askUdp(port: number, name: string, type = 'A', ednsBytes = 0) {
  const socket = createSocket('udp4');
  socket.send(query(name, type, ednsBytes), port, '127.0.0.1');
  const [message] = await once(socket, 'message');
  socket.close();
  return dnsPacket.decode(message);
}

async function askTcp(port: number, name: string, type = 'A') {
  const socket = connect(port, '127.0.0.1');
  const body = query(name, type);
  socket.write(Buffer.from([0, body.length]));
  // in two pieces, as a network may deliver it
  socket.write(body.subarray(0, 5));
  socket.write(body.subarray(5));
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) break;
  }
  return dnsPacket.decode(received.subarray(2));
}

test('answers a record with its TTL, over UDP and TCP and to the system resolver', async (t) => {
  await using opened = await openDns();
  const { state, resolver, port } = opened;
  state.change(DEMO_ZONE, [record('CREATE', NAME, ['10.0.1.200'])]);
  t.strictSame(await resolver.resolve4(NAME, { ttl: true }), [{ address: '10.0.1.200', ttl: 5 }]);
  for (const ask of [askUdp, askTcp]) {
    const reply = await ask(port, 'Redis-0.DEMO-firecamp.com');
    t.match(reply, {
      rcode: 'NOERROR',
      flag_ra: true,
      flag_aa: false,
      answers: [{ type: 'A', ttl: 5, data: '10.0.1.200' }],
    });
  }
});

test('does not show a change that is still PENDING', async (t) => {
  await using opened = await openDns();
  const { clock, state, resolver } = opened;
  state.change(DEMO_ZONE, [record('CREATE', NAME, ['10.0.1.11'])]);
  state.insyncMs = 30_000;
  state.change(DEMO_ZONE, [record('UPSERT', NAME, ['10.0.1.12'])]);
  clock.advance(29_999);
  t.strictSame(await resolver.resolve4(NAME), ['10.0.1.11']);
  clock.advance(1);
  t.strictSame(await resolver.resolve4(NAME), ['10.0.1.12']);
});

test('says NXDOMAIN with a SOA that may be kept 900 s for a name its zone does not have', async (t) => {
  await using opened = await openDns();
  const { port } = opened;
  const reply = await askUdp(port, 'nobody.demo-firecamp.com');
  t.match(reply, {
    rcode: 'NXDOMAIN',
    answers: [],
    authorities: [{ type: 'SOA', ttl: 900, name: 'demo-firecamp.com' }],
  });
});

test('says NOERROR without an answer for a name that has no record of the type or only names below it', async (t) => {
  await using opened = await openDns();
  const { state, port } = opened;
  state.change(DEMO_ZONE, [record('CREATE', `a.b.demo-firecamp.com`, ['10.0.1.11'])]);
  for (const [name, type] of [
    ['a.b.demo-firecamp.com', 'AAAA'],
    ['b.demo-firecamp.com', 'A'],
  ] as const) {
    t.match(await askUdp(port, name, type), {
      rcode: 'NOERROR',
      answers: { length: 0 },
      authorities: [{ type: 'SOA' }],
    });
  }
});

test('refuses what no private zone covers, and public zones', async (t) => {
  await using opened = await openDns();
  const { state, port } = opened;
  const vpcs = [{ vpcId: 'vpc-00000000000000001', region: 'us-east-1' }];
  const parts = { callerReference: 'p', comment: undefined, vpcs };
  state.addZone({ ...parts, name: 'public.com', privateZone: false });
  t.match(await askUdp(port, 'example.com'), { rcode: 'REFUSED', answers: { length: 0 } });
  t.match(await askUdp(port, 'public.com', 'SOA'), { rcode: 'REFUSED' });
});

test('lets the most specific zone decide even where a wider one has the name', async (t) => {
  await using opened = await openDns();
  const { state, port } = opened;
  const vpcs = [{ vpcId: 'vpc-00000000000000001', region: 'us-east-1' }];
  state.addZone({ name: 'sub.demo-firecamp.com', privateZone: true, callerReference: 's', comment: undefined, vpcs });
  state.change(DEMO_ZONE, [record('CREATE', 'a.sub.demo-firecamp.com', ['10.0.1.11'])]);
  t.match(await askUdp(port, 'a.sub.demo-firecamp.com'), { rcode: 'NXDOMAIN' });
});

test('answers by wildcard only where nothing nearer exists', async (t) => {
  await using opened = await openDns();
  const { state, resolver } = opened;
  state.change(DEMO_ZONE, [
    record('CREATE', '\\052.demo-firecamp.com', ['10.0.1.20']),
    record('CREATE', 'x.taken.demo-firecamp.com', ['10.0.1.21']),
  ]);
  t.strictSame(await resolver.resolve4('any.demo-firecamp.com'), ['10.0.1.20']);
  await t.rejects(resolver.resolve4('y.taken.demo-firecamp.com'), { code: 'ENOTFOUND' });
});

test('follows a CNAME and gives SRV and TXT in their own form', async (t) => {
  await using opened = await openDns();
  const { state, resolver } = opened;
  state.change(DEMO_ZONE, [
    record('CREATE', NAME, ['10.0.1.200']),
    record('CREATE', 'main.demo-firecamp.com', [`${NAME}.`], 'CNAME'),
    record('CREATE', '_redis._tcp.demo-firecamp.com', [`1 2 6379 ${NAME}.`], 'SRV'),
    record('CREATE', 'note.demo-firecamp.com', ['"two \\"words\\"" "more"'], 'TXT'),
  ]);
  t.strictSame(await resolver.resolve4('main.demo-firecamp.com'), ['10.0.1.200']);
  t.match(await resolver.resolveSrv('_redis._tcp.demo-firecamp.com'), [
    { name: NAME, port: 6379, priority: 1, weight: 2 },
  ]);
  t.strictSame(await resolver.resolveTxt('note.demo-firecamp.com'), [['two "words"', 'more']]);
});

test('truncates over UDP what is more than the client takes and gives it whole over TCP and EDNS', async (t) => {
  await using opened = await openDns();
  const { state, port } = opened;
  const many = Array.from({ length: 60 }, (_, i) => `10.0.1.${i + 10}`);
  state.change(DEMO_ZONE, [record('CREATE', NAME, many)]);
  t.match(await askUdp(port, NAME), { flag_tc: true, answers: { length: 0 } });
  t.equal((await askTcp(port, NAME)).answers.length, 60);
  const edns = await askUdp(port, NAME, 'A', 4096);
  t.match(edns, { flag_tc: false, answers: { length: 60 }, additionals: [{ type: 'OPT' }] });
});

test('as a cache keeps an answer for its TTL, counted down, and a missing name for 900 s', async (t) => {
  await using opened = await openDns({ cache: true });
  const { clock, state, resolver, port } = opened;
  state.change(DEMO_ZONE, [record('CREATE', NAME, ['10.0.1.11'])]);
  await resolver.resolve4(NAME);
  t.equal((await askUdp(port, 'late.demo-firecamp.com')).rcode, 'NXDOMAIN');
  state.change(DEMO_ZONE, [
    record('UPSERT', NAME, ['10.0.1.12']),
    record('CREATE', 'late.demo-firecamp.com', ['10.0.1.13']),
  ]);
  clock.advance(4_999);
  t.strictSame(await resolver.resolve4(NAME, { ttl: true }), [{ address: '10.0.1.11', ttl: 1 }]);
  clock.advance(1);
  t.strictSame(await resolver.resolve4(NAME), ['10.0.1.12']);
  t.equal((await askUdp(port, 'late.demo-firecamp.com')).rcode, 'NXDOMAIN');
  clock.advance(895_000);
  t.equal((await askUdp(port, 'late.demo-firecamp.com')).rcode, 'NOERROR');
});

test('serves a private zone only to its own VPCs, and only where the VPC has both DNS attributes', async (t) => {
  await using other = await openDns({ vpcId: 'vpc-00000000000000099' });
  t.equal((await askUdp(other.port, 'demo-firecamp.com', 'SOA')).rcode, 'REFUSED');
  const [vpc] = demoTopology().vpcs;
  if (vpc === undefined) throw new Error('the demo has no VPC');
  await using off = await openDns({ vpcId: vpc.id }, { vpcs: [{ ...vpc, enableDnsHostnames: false }] });
  t.equal((await askUdp(off.port, 'demo-firecamp.com', 'SOA')).rcode, 'REFUSED');
  await using on = await openDns({ vpcId: vpc.id });
  t.equal((await askUdp(on.port, 'demo-firecamp.com', 'SOA')).rcode, 'NOERROR');
});

test('fails on request with SERVFAIL or with silence', async (t) => {
  await using opened = await openDns();
  const { dns, resolver } = opened;
  dns.failure = 'servfail';
  await t.rejects(resolver.resolve4(NAME), { code: 'ESERVFAIL' });
  dns.failure = 'silent';
  await t.rejects(resolver.resolve4(NAME), { code: 'ETIMEOUT' });
});
