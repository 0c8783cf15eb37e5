import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GetHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { test } from 'tap';
import { defaultPrincipal } from '../cloud/topology.ts';

const script = fileURLToPath(new URL('../../scripts/cloud.ts', import.meta.url));

function start(...args: string[]) {
  return spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: string[]) {
  const child = start(...args);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code };
}

test('prints its endpoints in one line, serves them, and ends on SIGTERM with 0', async (t) => {
  const child = start();
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await once(reader, 'line');
  const { region, route53, imds, ...others } = JSON.parse(lines[0] ?? '');
  t.equal(region, 'us-east-1');
  t.match(others, { ec2: /^http:/, sts: /^http:/, servicequotas: /^http:/, dns: /^127\.0\.0\.1:\d+$/ });
  t.strictSame(Object.keys(imds), ['i-00000000000000001', 'i-00000000000000002', 'i-00000000000000003']);
  const client = new Route53Client({ endpoint: route53, region, credentials: defaultPrincipal });
  const zone = await client.send(new GetHostedZoneCommand({ Id: 'Z00000000000000DEMO1' }));
  t.equal(zone.HostedZone?.Name, 'demo-firecamp.com.');
  client.destroy();
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'close');
  t.strictSame([code, signal, lines.length], [0, null, 1]);
});

test('serves the topology of a file', async (t) => {
  const file = join(t.testdir(), 'topology.json');
  const part = { id: 'eni-0a', mac: '02:00:00:00:00:0a', subnetId: 'subnet-0a', primaryIp: '10.0.1.4', deviceIndex: 0 };
  writeFileSync(file, JSON.stringify({ instances: [{ id: 'i-0a', type: 'm5.large', interfaces: [part] }] }));
  const child = start('--topology', file);
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  t.strictSame(Object.keys(JSON.parse(line).imds), ['i-0a']);
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  t.equal(code, 0);
});

test('tells every fault of a command line at once, those of the topology file too, and exits 2', async (t) => {
  const file = join(t.testdir(), 'topology.json');
  writeFileSync(file, JSON.stringify({ regoin: 'x', instances: [{ id: 7, type: 'm5.large' }] }));
  const { out, err, code } = await run(
    '--topology',
    file,
    '--bogus',
    '--insync',
    'soon',
    '--port',
    'ec2=0',
    '--host',
    'me',
  );
  t.equal(code, 2);
  t.equal(out, '');
  for (const fault of [
    'there is no option --bogus',
    'unknown field regoin',
    'instances[0]: id must be a text',
    'instances[0]: interfaces is missing',
    '--insync soon must be a whole number',
    '--port ec2=0 must be',
    '--host me must be an IP address',
  ]) {
    t.ok(err.includes(fault), fault);
  }
});

test('tells the faults of a topology that cannot exist', async (t) => {
  const file = join(t.testdir(), 'topology.json');
  const part = { id: 'eni-0a', mac: 'no mac', subnetId: 'subnet-0a', primaryIp: '10.9.9.9', deviceIndex: 0 };
  writeFileSync(file, JSON.stringify({ instances: [{ id: 'i-0a', type: 'm5.large', interfaces: [part] }] }));
  const { err, code } = await run('--topology', file);
  t.equal(code, 2);
  t.match(err, /no mac is no MAC/);
  t.match(err, /10\.9\.9\.9 is not in 10\.0\.1\.0\/24/);
});

test('explains itself on --help and exits 0', async (t) => {
  const { out, err, code } = await run('--help', '--bogus');
  t.match({ out, err, code }, { out: /^Usage: npm run cloud/, err: '', code: 0 });
});
