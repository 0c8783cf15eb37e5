import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import type { Fabric as RunningFabric } from '../../../../scripts/rig/network/fabric.ts';
import { enterNamespace } from '../../../../scripts/rig/network/namespace.ts';

const use = await enterNamespace();
// After the re-execution, so that only the process inside reports tests.
const { default: t } = await import('tap');
const { Fabric } = await import('../../../../scripts/rig/network/fabric.ts');
const { startMember, watchMember } = await import('../../../../scripts/rig/network/member-traffic.ts');

// Many short processes, which a busy machine starts slowly.
t.setTimeout(180_000);
if (!use.ok) {
  t.plan(0, use.why);
  process.exit(0);
}

const subnetCidr = '10.0.1.0/24';
const memberIp = '10.0.1.50';
const port = 7000;
const eth = (name: string, last: number, up = true) => ({
  name,
  mac: `02:00:00:00:01:${last.toString(16).padStart(2, '0')}`,
  subnetCidr,
  primaryIp: `10.0.1.${last}`,
  up,
});

async function pings(fabric: RunningFabric, from: string, to: string, ...options: string[]): Promise<boolean> {
  const { code } = await fabric.run(from, [process.execPath, '-e', pingByTcp, to, ...options]);
  return code === 0;
}

// A refused connection is an answer too: the packet came and went.
const pingByTcp = `
const [host, localAddress] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port: 9, timeout: 700, ...(localAddress && { localAddress }) });
socket.on('connect', () => process.exit(0));
socket.on('error', (error) => process.exit(error.code === 'ECONNREFUSED' ? 0 : 1));
socket.on('timeout', () => process.exit(1));
`;

async function twoNodes(): Promise<RunningFabric> {
  const fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11)] });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12)] });
  return fabric;
}

t.test('nodes reach each other, clients and the services of the router', async (t) => {
  await using fabric = await twoNodes();
  const client = await fabric.addClient();
  t.ok(await pings(fabric, 'node1', '10.0.1.12'));
  t.ok(await pings(fabric, client.name, '10.0.1.11'));
  t.ok(await pings(fabric, 'node2', client.ip));
  t.ok(await pings(fabric, 'node2', fabric.serviceIp));
});

t.test('drops in silence what goes to an address that nobody has', async (t) => {
  await using fabric = await twoNodes();
  t.notOk(await pings(fabric, 'node1', memberIp));
});

t.test('an address that moves is answered by the new node, with no gratuitous ARP', async (t) => {
  await using fabric = await twoNodes();
  const client = await fabric.addClient();
  for (const node of ['node1', 'node2'])
    await fabric.run(node, ['ip', 'address', 'add', `${memberIp}/32`, 'dev', 'ens5']);
  await startMember(fabric, 'node1', memberIp, port);
  await startMember(fabric, 'node2', memberIp, port);
  await fabric.route(memberIp, 'node1', 'ens5');
  const watch = watchMember(fabric, client.name, memberIp, port);
  await watch.answered('node1');
  await fabric.route(memberIp, 'node2', 'ens5');
  await watch.answered('node2');
  const seen = await watch.stop();
  t.same(seen.nodes, ['node1', 'node2']);
});

t.test('an address that is taken away is reachable no more, and again when it comes back', async (t) => {
  await using fabric = await twoNodes();
  await fabric.run('node1', ['ip', 'address', 'add', `${memberIp}/32`, 'dev', 'ens5']);
  await fabric.route(memberIp, 'node1', 'ens5');
  t.ok(await pings(fabric, 'node2', memberIp));
  await fabric.unroute(memberIp);
  await fabric.unroute(memberIp);
  t.notOk(await pings(fabric, 'node2', memberIp));
  await fabric.route(memberIp, 'node1', 'ens5');
  t.ok(await pings(fabric, 'node2', memberIp));
});

t.test('drops what leaves an interface with a source that is not its own', async (t) => {
  await using fabric = await twoNodes();
  await fabric.run('node1', ['ip', 'address', 'add', `${memberIp}/32`, 'dev', 'ens5']);
  t.notOk(await pings(fabric, 'node1', '10.0.1.12', memberIp), 'on the host, but not assigned');
  await fabric.route(memberIp, 'node2', 'ens5');
  t.notOk(await pings(fabric, 'node1', '10.0.1.12', memberIp), 'assigned to another node');
  await fabric.route(memberIp, 'node1', 'ens5');
  t.ok(await pings(fabric, 'node1', '10.0.1.12', memberIp));
});

t.test('two interfaces in one subnet: the second’s address answers only with a rule for its source', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11), eth('ens6', 21)] });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12)] });
  const client = await fabric.addClient();
  await fabric.run('node1', ['ip', 'address', 'add', `${memberIp}/32`, 'dev', 'ens6']);
  await fabric.route(memberIp, 'node1', 'ens6');
  t.notOk(await pings(fabric, 'node2', memberIp));
  t.notOk(await pings(fabric, client.name, memberIp));
  const lines = [
    'ip route add 10.0.1.0/24 dev ens6 table 100',
    'ip route add default via 10.0.1.1 dev ens6 table 100',
    `ip rule add from ${memberIp} lookup 100`,
  ];
  await fabric.run('node1', ['sh', '-c', lines.join(' && ')]);
  t.ok(await pings(fabric, 'node2', memberIp));
  t.ok(await pings(fabric, client.name, memberIp));
});

t.test('a node that is cut off is unreachable until it is mended, with the same addresses', async (t) => {
  await using fabric = await twoNodes();
  await fabric.cut('node1');
  t.notOk(await pings(fabric, 'node2', '10.0.1.11'));
  await fabric.mend('node1');
  t.ok(await pings(fabric, 'node2', '10.0.1.11'));
  t.ok(await pings(fabric, 'node1', fabric.serviceIp));
});

t.test('an interface that is plugged into a running node is down, outlives a reboot, and goes for good', async (t) => {
  await using fabric = await twoNodes();
  const state = async () => {
    const { stdout } = await fabric.run('node1', ['ip', '-j', 'address', 'show', 'dev', 'ens6']);
    return (JSON.parse(stdout || '[]') as { operstate: string; address: string; addr_info: unknown[] }[])[0];
  };
  await fabric.plug('node1', { ...eth('ens6', 21), up: false });
  const fresh = { operstate: 'DOWN', address: '02:00:00:00:01:15', addr_info: [] };
  t.match(await state(), fresh);
  const use = ['link set dev ens6 up', 'address add 10.0.1.21/24 dev ens6', 'rule add from 10.0.1.21 lookup 100'];
  const routes = ['route add default via 10.0.1.1 dev ens6 onlink table 100'];
  const lines = [...use, ...routes].map((line) => ['ip', ...line.split(' ')]);
  for (const line of lines) t.equal((await fabric.run('node1', line)).stderr, '', line.join(' '));
  t.ok(await pings(fabric, 'node2', '10.0.1.21'), 'what is routed to it arrives there');
  await fabric.resetNode('node1');
  t.match(await state(), fresh);
  await fabric.unplug('node1', 'ens6');
  t.equal(await state(), undefined);
  await fabric.resetNode('node1');
  t.equal(await state(), undefined);
  t.notOk(await pings(fabric, 'node2', '10.0.1.21'));
});

t.test('each node reaches its own metadata server at 169.254.169.254', async (t) => {
  await using fabric = await twoNodes();
  for (const node of ['node1', 'node2']) {
    const server = createServer((_request, response) => response.end(node)).listen(0, '127.0.0.1');
    t.teardown(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null)
      await fabric.serveMetadata(node, `http://127.0.0.1:${address.port}`);
  }
  const ask = "fetch('http://169.254.169.254/').then((r) => r.text()).then((text) => process.stdout.write(text))";
  for (const node of ['node1', 'node2']) {
    t.equal((await fabric.run(node, [process.execPath, '-e', ask])).stdout, node);
  }
});

t.test('a member’s server does not start on a node that has not its address, and the reason is told', async (t) => {
  await using fabric = await twoNodes();
  await t.rejects(startMember(fabric, 'node1', memberIp, port), { message: /node1: Error: .*EADDRNOTAVAIL/ });
});

const noNft = spawnSync('nft', ['--version']).status === 0 ? false : 'nft is not there';

t.test('the CNI’s SNAT rewrites what leaves the network, and lets answers be', { skip: noNft }, async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11)], vpcCni: true, snatOutside: '10.0.0.0/16' });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12)] });
  const client = await fabric.addClient();
  await fabric.run('node1', ['ip', 'address', 'add', `${memberIp}/32`, 'dev', 'ens5']);
  await fabric.route(memberIp, 'node1', 'ens5');
  t.equal(await sourceSeen(fabric, client.name, client.ip), '10.0.1.11');
  t.equal(await sourceSeen(fabric, 'node2', '10.0.1.12'), memberIp);
  t.ok(await pings(fabric, client.name, memberIp));
});

/** The source that a server sees of a connection which node1 makes from the member's address. */
async function sourceSeen(fabric: RunningFabric, node: string, ip: string): Promise<string> {
  const tell =
    "require('node:net').createServer((s) => console.log(s.remoteAddress)).listen(9, process.argv[1], () => console.log('ready'))";
  const server = fabric.exec(node, [process.execPath, '-e', tell, ip], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = server.stdout === null ? undefined : createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  await lines?.next();
  await pings(fabric, 'node1', ip, memberIp);
  const seen: unknown = (await lines?.next())?.value;
  server.kill('SIGKILL');
  return String(seen);
}

t.test('ends what runs in the nodes and removes them when it is closed', async (t) => {
  const fabric = await twoNodes();
  const child = fabric.exec('node1', ['sleep', '1000']);
  const exited = once(child, 'exit');
  await fabric.close();
  t.same(await exited, [null, 'SIGKILL']);
  const again = await twoNodes();
  await again.close();
});
