import { createServer, type RequestListener } from 'node:http';
import { type Test, test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';
import { closeConnections, openConnections } from '../../../common/aws/http-exchange.ts';
import { Imds } from '../../../common/aws/imds.ts';
import { freePorts } from '../../../scripts/rig/free-port.ts';
import { rejectionOf } from '../../rejection.ts';
import { awsRig, node1 } from './aws-rig.ts';

const live = { signal: new AbortController().signal };

/** A metadata service of the test's own, for what the simulated one never does. */
async function imdsAt(t: Test, answer: RequestListener, env: Record<string, string> = {}): Promise<Imds> {
  const server = createServer(answer);
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const connections = openConnections(4);
  t.teardown(() => {
    closeConnections(connections);
    server.closeAllConnections();
    server.close();
  });
  const endpoint = { AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}/` };
  return new Imds(awsConfigFrom({ ...endpoint, ...env }).metadata, connections);
}

test('tells who this instance is and what its interfaces have, over one session', async (t) => {
  const { cloud, aws } = await awsRig(t);
  const [identity, interfaces] = await Promise.all([
    aws.metadata.identity(live),
    aws.metadata.interfaces([node1.mac.toUpperCase(), '02:00:00:00:00:99'], live),
  ]);
  t.strictSame(identity, {
    instanceId: node1.instanceId,
    instanceType: 'm5.large',
    zone: 'us-east-1a',
    region: 'us-east-1',
  });
  t.strictSame(interfaces, [
    {
      mac: node1.mac,
      interfaceId: node1.interfaceId,
      subnetId: 'subnet-0000000000000000a',
      subnetCidr: '10.0.1.0/24',
      deviceNumber: 0,
      addresses: [node1.primaryIp],
    },
  ]);
  const eni = cloud.ec2.interface(node1.interfaceId);
  if (eni) cloud.ec2.setAddresses(eni, [node1.primaryIp, '10.0.1.200']);
  t.strictSame(await aws.metadata.localAddresses(node1.mac, live), [node1.primaryIp, '10.0.1.200'], 'read afresh');
  t.equal(cloud.calls.all((call) => call.operation === 'PUT /latest/api/token').length, 1, 'one token for all');
  t.equal((await aws.metadata.identity(live)).region, 'us-east-1');
  t.equal(cloud.calls.all((call) => call.operation.endsWith('/instance-id')).length, 1, 'an instance stays itself');
});

test('asks for all values of an interface side by side', async (t) => {
  const { cloud, aws } = await awsRig(t);
  await aws.metadata.prepare(live);
  const held = cloud.faults.hold({ service: 'imds', operation: /^GET / });
  const asked = aws.metadata.interfaces([node1.mac], live);
  await held.reached;
  while (cloud.calls.all((call) => call.operation.startsWith('GET ')).length < 5) await new Promise(setImmediate);
  held.release();
  t.equal((await asked).length, 1);
});

test('gets a new session when the old one is refused, once for all who notice', async (t) => {
  let valid = 'first';
  let puts = 0;
  const imds = await imdsAt(t, (request, response) => {
    if (request.method === 'PUT') {
      puts += 1;
      response.end(valid);
    } else if (request.headers['x-aws-ec2-metadata-token'] === valid) response.end('10.0.1.1\n10.0.1.2');
    else response.writeHead(401).end();
  });
  await imds.prepare(live);
  valid = 'second';
  const found = await Promise.all([imds.localAddresses(node1.mac, live), imds.localAddresses(node1.mac, live)]);
  t.strictSame(found[1], ['10.0.1.1', '10.0.1.2']);
  t.equal(puts, 2);
});

test('gives up on a service that refuses its own tokens', async (t) => {
  const imds = await imdsAt(t, (request, response) => {
    response.writeHead(request.method === 'PUT' ? 200 : 401).end('token');
  });
  t.match(await rejectionOf(imds.identity(live)), { code: 'FC-AWS-007', transient: false });
});

test('tries three times over a broken answer, and says what the last one was', async (t) => {
  let asked = 0;
  const imds = await imdsAt(t, (_, response) => {
    asked += 1;
    response.writeHead(500).end();
  });
  t.match(await rejectionOf(imds.prepare(live)), { code: 'FC-AWS-007', transient: true, message: /3 tries.*HTTP 500/ });
  t.equal(asked, 3);
});

test('recovers when a later try is answered', async (t) => {
  let asked = 0;
  const imds = await imdsAt(t, (_, response) => {
    asked += 1;
    if (asked < 3) response.destroy();
    else response.end('token');
  });
  await t.resolves(imds.prepare(live));
});

test('says where to look when metadata is turned off or cannot be reached', async (t) => {
  const off = await imdsAt(t, (_, response) => response.writeHead(403).end());
  t.match(await rejectionOf(off.prepare(live)), { code: 'FC-AWS-007', transient: false, message: /turned off/ });
  const disabled = await imdsAt(t, (_, response) => response.end('x'), { AWS_EC2_METADATA_DISABLED: 'TRUE' });
  t.match(await rejectionOf(disabled.prepare(live)), { code: 'FC-AWS-007', message: /AWS_EC2_METADATA_DISABLED/ });
  const [closed] = await freePorts(1);
  const connections = openConnections(1);
  const gone = new Imds({ endpoint: `http://127.0.0.1:${closed}`, ipv6: false, disabled: false }, connections);
  t.match(await rejectionOf(gone.prepare(live)), { transient: true, message: /ECONNREFUSED/, remedy: /hop limit/ });
});

test('refuses answers that are not what they should be', async (t) => {
  const imds = await imdsAt(t, (request, response) => {
    const page = request.url?.endsWith('local-ipv4s') ? '<html>' : '';
    response.end(request.method === 'PUT' ? 'token' : page);
  });
  t.match(await rejectionOf(imds.localAddresses(node1.mac, live)), { code: 'FC-AWS-007', message: /not an IPv4/ });
  t.match(await rejectionOf(imds.identity(live)), { code: 'FC-AWS-007', message: /empty/ });
  t.match(await rejectionOf(imds.localAddresses('../../iam', live)), { message: /not a MAC/ });
});

test('stops for one caller and goes on for the others', async (t) => {
  const stop = new AbortController();
  let answer = () => {};
  const imds = await imdsAt(t, (_, response) => {
    answer = () => response.end('token');
    stop.abort(new Error('TERM'));
  });
  const stopped = rejectionOf(imds.prepare({ signal: stop.signal }));
  const going = imds.prepare(live);
  t.match(await stopped, { name: 'Interrupted', cause: { message: 'TERM' } });
  answer();
  await t.resolves(going);
});
