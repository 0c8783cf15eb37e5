import { test } from 'tap';
import { ManualClock } from '../clock.ts';
import { issueSession } from '../credentials.ts';
import { demoTopology } from '../demo-topology.ts';
import { Ec2State } from '../ec2/ec2-state.ts';
import { serveService } from '../serve-service.ts';
import { createImds } from './imds-service.ts';

const NODE_1 = 'i-00000000000000001';
const MACS = 'network/interfaces/macs';
const MAC_1 = `${MACS}/02:00:00:00:00:01`;

async function openImds(instanceId = NODE_1, parts = {}) {
  const clock = new ManualClock();
  const ec2 = new Ec2State(demoTopology(parts), clock);
  const issueRoleCredentials = (roleName: string) =>
    issueSession({
      arn: `arn:aws:sts::111122223333:assumed-role/${roleName}/${instanceId}`,
      roleName,
      expiresAt: clock.now() + 3_600_000,
    });
  const service = createImds(instanceId, ec2, demoTopology(parts), clock, { issueRoleCredentials });
  const served = await serveService(service, instanceId);
  const token = (ttl?: string, headers = {}) =>
    fetch(`${served.url}/latest/api/token`, {
      method: 'PUT',
      headers: { ...headers, ...(ttl === undefined ? {} : { 'X-aws-ec2-metadata-token-ttl-seconds': ttl }) },
    });
  const get = (path: string, held?: string) =>
    fetch(`${served.url}/latest/${path}`, { headers: held === undefined ? {} : { 'X-aws-ec2-metadata-token': held } });
  const held = await (await token('21600')).text();
  const read = async (path: string) => {
    const reply = await get(`meta-data/${path}`, held);
    return reply.status === 200 ? reply.text() : reply.status;
  };
  return { clock, ec2, service, token, get, held, read, [Symbol.asyncDispose]: () => served.close() };
}

test('gives a token for 1 to 21,600 seconds and to nobody who was forwarded', async (t) => {
  await using imds = await openImds();
  for (const ttl of [undefined, '0', '21601', 'x', '-1', '1.5'])
    t.equal((await imds.token(ttl)).status, 400, `TTL ${ttl}`);
  const reply = await imds.token('1');
  t.equal(reply.status, 200);
  t.equal(reply.headers.get('x-aws-ec2-metadata-token-ttl-seconds'), '1');
  t.equal((await imds.token('60', { 'X-Forwarded-For': '10.0.0.1' })).status, 403);
});

test('refuses a read without a token, with an expired one and with one of another instance', async (t) => {
  await using imds = await openImds();
  await using other = await openImds('i-00000000000000002');
  t.equal((await imds.get('meta-data/instance-id')).status, 401);
  t.equal((await imds.get('meta-data/instance-id', other.held)).status, 401);
  const short = await (await imds.token('10')).text();
  imds.clock.advance(9_999);
  t.equal(await (await imds.get('meta-data/instance-id', short)).text(), NODE_1);
  imds.clock.advance(1);
  t.equal((await imds.get('meta-data/instance-id', short)).status, 401);
  t.equal((await imds.get('meta-data/no-such-thing', short)).status, 401);
});

test('names the instance, its place and the interface it answers for', async (t) => {
  await using imds = await openImds();
  t.equal(await imds.read('instance-id'), NODE_1);
  t.equal(await imds.read('instance-type'), 'm5.large');
  t.equal(await imds.read('placement/region'), 'us-east-1');
  t.equal(await imds.read('placement/availability-zone'), 'us-east-1a');
  t.equal(await imds.read('mac'), '02:00:00:00:00:01');
  t.equal(await imds.read('local-hostname'), 'ip-10-0-1-11.ec2.internal');
  t.equal(await imds.read(`${MACS}/`), '02:00:00:00:00:01/');
  t.equal(await imds.read(MACS), '02:00:00:00:00:01/');
  t.equal(await imds.read(`${MAC_1}/interface-id`), 'eni-00000000000000001');
  t.equal(await imds.read(`${MAC_1}/device-number`), '0');
  t.equal(await imds.read(`${MAC_1}/subnet-id`), 'subnet-0000000000000000a');
  t.equal(await imds.read(`${MAC_1}/subnet-ipv4-cidr-block`), '10.0.1.0/24');
  t.equal(await imds.read(`${MAC_1}/vpc-ipv4-cidr-blocks`), '10.0.0.0/16');
  t.match(await imds.read(`${MAC_1}/`), /^device-number\ninterface-id\n/);
});

test('answers 404 for what is not there', async (t) => {
  await using imds = await openImds();
  for (const path of [
    'nothing',
    `${MACS}/02:00:00:00:00:99/interface-id`,
    'instance-id/',
    'instance-id/x',
    'constructor',
  ]) {
    t.equal(await imds.read(path), 404, path);
  }
});

test('lists an address that was assigned only after the lag, one a line with the primary first', async (t) => {
  await using imds = await openImds();
  const eni = imds.ec2.interface('eni-00000000000000001');
  if (eni === undefined) throw new Error('the demo has no first interface');
  imds.clock.advance(1);
  imds.ec2.imdsLagMs = 760;
  imds.ec2.setAddresses(eni, ['10.0.1.11', '10.0.1.200', '10.0.1.201']);
  imds.clock.advance(759);
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11');
  imds.service.view.lagMs = 0;
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11\n10.0.1.200\n10.0.1.201');
  imds.service.view.lagMs = 2000;
  imds.clock.advance(1);
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11');
  imds.service.view.lagMs = undefined;
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11\n10.0.1.200\n10.0.1.201');
});

test('keeps an address that has moved away while it is frozen', async (t) => {
  await using imds = await openImds();
  const [one, two] = imds.ec2.interfaces();
  if (one === undefined || two === undefined) throw new Error('the demo has too few interfaces');
  imds.ec2.setAddresses(one, ['10.0.1.11', '10.0.1.200']);
  imds.service.view.freeze();
  imds.ec2.setAddresses(two, ['10.0.1.12', '10.0.1.200']);
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11\n10.0.1.200');
  imds.service.view.thaw();
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), '10.0.1.11');
});

test('gives the role credentials until five minutes before they expire', async (t) => {
  await using imds = await openImds();
  t.equal(await imds.read('iam/security-credentials/'), 'demo-node');
  t.match(JSON.parse(String(await imds.read('iam/info'))), { Code: 'Success', InstanceProfileArn: /demo-node$/ });
  const read = async () => JSON.parse(String(await imds.read('iam/security-credentials/demo-node')));
  const first = await read();
  t.match(first, { Code: 'Success', Type: 'AWS-HMAC', AccessKeyId: /^ASIA/, SecretAccessKey: /./, Token: /./ });
  imds.clock.advance(3_299_000);
  t.equal((await read()).Token, first.Token);
  imds.clock.advance(1_000);
  t.not((await read()).Token, first.Token);
});

test('has nothing under iam/ for an instance without a role', async (t) => {
  const instances = demoTopology().instances.map(({ roleName: _, ...instance }) => instance);
  await using imds = await openImds(NODE_1, { instances });
  t.equal(await imds.read('iam/security-credentials/'), 404);
  t.notMatch(await imds.read(''), /^iam/m);
});

test('describes the instance in its identity document', async (t) => {
  await using imds = await openImds();
  const reply = await imds.get('dynamic/instance-identity/document', imds.held);
  t.match(JSON.parse(await reply.text()), {
    instanceId: NODE_1,
    region: 'us-east-1',
    privateIp: '10.0.1.11',
    accountId: '111122223333',
  });
});

test('shows no IPv4 entries on an IPv6-only instance', async (t) => {
  const instances = demoTopology().instances.map((instance) => ({ ...instance, ipv6Only: true }));
  await using imds = await openImds(NODE_1, { instances });
  t.equal(await imds.read(`${MAC_1}/local-ipv4s`), 404);
  t.equal(await imds.read(`${MAC_1}/subnet-ipv4-cidr-block`), 404);
  t.equal(await imds.read('local-hostname'), `${NODE_1}.ec2.internal`);
});

test('answers 403 while the metadata service is switched off', async (t) => {
  await using imds = await openImds();
  imds.service.enabled = false;
  t.equal((await imds.token('60')).status, 403);
  t.equal(await imds.read('instance-id'), 403);
});
