import { test } from 'tap';
import { faultLines, fileWith, read } from './read.ts';

const refused = (more: string): string[] => faultLines(fileWith({}, more));

test('takes zones of one region, each once', async (t) => {
  t.match(faultLines(fileWith({ zones: '[us-east-1a, eu-west-1b, us-east-1a]' })), [
    /^4:21 zones\[1\]: eu-west-1b is not a zone of us-east-1/,
    /^4:33 zones\[2\]: us-east-1a is in the list twice/,
  ]);
  t.match(refused('region: eu-west-1\n'), [/zones\[0\]: us-east-1a is not a zone of eu-west-1/, /zones\[1\]/]);
  t.match(faultLines(fileWith({ zones: '[]' })), [/zones: \[\] is not allowed: a list of at least one/]);
  t.match(faultLines(fileWith({ zones: '[us-east-1, moon]' })), [/zones\[1\]: "moon" is not allowed/]);
});

test('knows the region of local and Wavelength zones', async (t) => {
  t.equal(read(fileWith({ zones: '[us-west-2-lax-1a, us-west-2b]' })).region, 'us-west-2');
  t.equal(read(fileWith({ zones: '[us-east-1-wl1-bos-wlz-1]' })).region, 'us-east-1');
  t.equal(read(fileWith({ zones: '[us-gov-west-1a]' })).region, 'us-gov-west-1');
});

test('takes each port name and each port number once', async (t) => {
  const ports = `ports:
  - { name: a, containerPort: 1 }
  - { name: a, containerPort: 2 }
  - { name: b, containerPort: 1 }
`;
  t.strictSame(refused(ports), [
    '8:13 ports[1].name: a is taken by ports[0]',
    '9:31 ports[2].containerPort: 1 is taken by ports[0]',
  ]);
});

test('takes port names as Kubernetes does, and ports from 1 to 65535', async (t) => {
  for (const name of ['A', '1234', 'a--b', '-a', 'a-', 'a'.repeat(16)]) {
    t.match(refused(`ports: [{ name: "${name}", containerPort: 1 }]\n`), [/ports\[0\]\.name: .* is not allowed/], name);
  }
  for (const port of [0, 65_536]) {
    t.match(refused(`ports: [{ name: a, containerPort: ${port} }]\n`), [
      /is not allowed: a whole number from 1 to 65535/,
    ]);
  }
});

test('takes no reservation beyond its limit, and any where there is no limit', async (t) => {
  t.match(refused('resources: { reserveMemMb: 512, maxMemMb: 256 }\n'), [
    /^6:28 resources\.reserveMemMb: 512 is more than maxMemMb, which is 256$/,
  ]);
  t.match(refused('resources: { maxCpuUnits: 100 }\n'), [
    /reserveCpuUnits: 256 is more than maxCpuUnits, which is 100/,
  ]);
  t.strictSame(refused('resources: { reserveCpuUnits: 4000, maxCpuUnits: 0 }\n'), []);
});

test('keeps the two volumes apart, and away from folders with another use', async (t) => {
  const volumes = (data: string, journal: string) =>
    refused(`dataVolume: { sizeGb: 1, mountPath: ${data} }\njournalVolume: { sizeGb: 1, mountPath: ${journal} }\n`);
  t.strictSame(volumes('/var/lib/db', '/var/lib/db-log'), []);
  t.match(volumes('/data', '/data'), [
    /journalVolume\.mountPath: \/data and the dataVolume's \/data lie in each other/,
  ]);
  t.match(volumes('/a/b', '/a'), [/lie in each other/]);
  t.match(volumes('/data', '/run'), [/\/run is not allowed: \/run\/firecamp has another use/]);
  t.match(volumes('/proc/x', '/j'), [/\/proc has another use/]);
  t.match(volumes('/a/../b', '/j'), [/no part of it may be \. or \.\./]);
  for (const path of ['relative', '/', '/a/', '/a b']) t.match(volumes(`"${path}"`, '/j'), [/an absolute path/], path);
});

test('takes a journal volume only beside a data volume', async (t) => {
  t.match(refused('journalVolume: { sizeGb: 1 }\n'), [/^6:1 journalVolume: needs a dataVolume beside it$/]);
});

test('takes volumes, addresses, names and config files of stateful services only', async (t) => {
  const more = `type: stateless
dataVolume: { sizeGb: 1 }
staticIp: true
registerDns: true
configFiles: [{ name: a, content: b }]
`;
  t.match(refused(more), [
    /^7:1 dataVolume: is for stateful services only/,
    /^8:11 staticIp: /,
    /^9:14 registerDns: /,
    /^10:1 configFiles: /,
  ]);
  t.equal(read(fileWith({}, 'type: stateless\n')).registerDns, false);
});

test('takes plain names of config files, each once, modes in quotes, and contents that fit in a record', async (t) => {
  const named = (name: string) => refused(`configFiles: [{ name: ${name}, content: x }]\n`);
  for (const name of ['../a', '/a', '.', '""', 'firecamp-service-staticip']) {
    t.match(named(name), [/^6:23 configFiles\[0\]\.name: .*is refused/], name);
  }
  t.match(refused('configFiles: [{ name: a, content: x }, { name: a, content: y }]\n'), [
    /a is taken by configFiles\[0\]/,
  ]);
  for (const mode of ['0600', '"600"', '"0888"', '"01777"', '384']) {
    t.match(
      refused(`configFiles: [{ name: a, content: x, mode: ${mode} }]\n`),
      [/\.mode: .* four octal digits in quotes/],
      mode,
    );
  }
  t.match(refused(`configFiles: [{ name: a, content: "${'x'.repeat(410_000)}" }]\n`), [/\.content: has 410002 bytes/]);
});

test('takes probes with a command and times in range', async (t) => {
  t.match(refused('readiness: { command: [] }\n'), [
    /readiness\.command: \[\] is not allowed: a list of at least one text/,
  ]);
  t.match(refused('liveness: { periodSeconds: 0 }\n'), [/liveness\.command: is missing/, /liveness\.periodSeconds: 0/]);
});

test('takes static IPs over several zones only with a volume, which keeps a member in the zone of its address', async (t) => {
  t.strictSame(refused('staticIp: true\n'), [
    '6:11 staticIp: true needs a dataVolume where there are several zones: a member’s volume keeps it in its address’s zone',
  ]);
  t.strictSame(refused('staticIp: true\ndataVolume: { sizeGb: 1 }\n'), []);
  t.strictSame(refused('staticIp: true\ntestMode: true\n'), []);
  t.strictSame(faultLines(fileWith({ zones: '[us-east-1a]' }, 'staticIp: true\n')), []);
});
