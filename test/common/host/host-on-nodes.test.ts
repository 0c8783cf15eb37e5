import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fabric as RunningFabric } from '../../../scripts/rig/network/fabric.ts';
import { enterNamespace } from '../../../scripts/rig/network/namespace.ts';
import type { NodeSpec } from '../../../scripts/rig/network/node-namespace.ts';

const use = await enterNamespace();
// After the re-execution, so that only the process inside reports tests.
const { default: t } = await import('tap');
const { Fabric } = await import('../../../scripts/rig/network/fabric.ts');
const { startMember, watchMember } = await import('../../../scripts/rig/network/member-traffic.ts');

// Many short processes, which a busy machine starts slowly.
t.setTimeout(180_000);
if (!use.ok) {
  t.plan(0, use.why);
  process.exit(0);
}

const subnetCidr = '10.0.1.0/24';
const memberIp = '10.0.1.50';
const port = 7000;
const hostCommand = fileURLToPath(new URL('./host-command.ts', import.meta.url));
const sourceRoute = ['10.0.1.1', subnetCidr, '10007'];

function eth(name: string, last: number, up = true): NodeSpec['interfaces'][number] {
  const mac = `02:00:00:00:01:${last.toString(16).padStart(2, '0')}`;
  return { name, mac, subnetCidr, primaryIp: `10.0.1.${last}`, up };
}

/** The kinds of node that a member can run on, and the interface its address goes to there. */
const kinds: { readonly what: string; readonly node: Omit<NodeSpec, 'name'>; readonly link: string }[] = [
  { what: 'one interface', node: { interfaces: [eth('ens5', 11)] }, link: 'ens5' },
  { what: 'one interface, strict filter', node: { interfaces: [eth('ens5', 11)], rpFilter: 1 }, link: 'ens5' },
  { what: 'two interfaces of one subnet', node: { interfaces: [eth('ens5', 11), eth('ens6', 21)] }, link: 'ens6' },
  {
    what: 'two interfaces of one subnet, strict filter',
    node: { interfaces: [eth('ens5', 11), eth('ens6', 21)], rpFilter: 1 },
    link: 'ens6',
  },
  {
    what: 'the VPC CNI and a bare no_manage interface that is down',
    node: { interfaces: [eth('ens5', 11), eth('ens6', 21, false)], vpcCni: true, rpFilter: 1 },
    link: 'ens6',
  },
];

async function does(fabric: RunningFabric, node: string, ...command: string[]): Promise<string> {
  const { code, stdout, stderr } = await fabric.run(node, [process.execPath, hostCommand, ...command]);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function claim(fabric: RunningFabric, node: string, link: string): Promise<void> {
  await fabric.route(memberIp, node, link);
  await does(fabric, node, 'claim', memberIp, link, ...(link === 'ens5' ? [] : sourceRoute));
}

async function snapshot(fabric: RunningFabric, node: string): Promise<string> {
  const shown = ['ip -4 rule', 'ip -4 route show table all', 'ip -4 address'].join(' && ');
  const text = (await fabric.run(node, ['sh', '-c', shown])).stdout;
  // What an interface that was brought up leaves: its state, and nothing else.
  return text.replaceAll(/^\d+: .*\n/gm, '');
}

async function source(fabric: RunningFabric, node: string, target: string): Promise<string | undefined> {
  return / src (\S+)/.exec((await fabric.run(node, ['ip', 'route', 'get', target])).stdout)?.[1];
}

for (const { what, node, link } of kinds) {
  t.test(
    `on a node with ${what}: reachable from the subnet and from outside, never a source, no trace after`,
    async (t) => {
      await using fabric = await Fabric.create({ subnets: [subnetCidr] });
      await fabric.addNode({ ...node, name: 'node1' });
      await fabric.addNode({ name: 'peer', interfaces: [eth('ens5', 31)] });
      const client = await fabric.addClient();
      const before = await snapshot(fabric, 'node1');
      await claim(fabric, 'node1', link);
      const targets = ['10.0.1.31', client.ip, fabric.serviceIp, '10.0.1.1'];
      for (const target of targets) t.equal(await source(fabric, 'node1', target), '10.0.1.11', target);
      await startMember(fabric, 'node1', memberIp, port);
      for (const from of ['peer', client.name]) {
        const watch = watchMember(fabric, from, memberIp, port);
        await watch.answered('node1');
        t.same((await watch.stop()).nodes, ['node1']);
      }
      await does(fabric, 'node1', 'release', memberIp);
      t.equal(await snapshot(fabric, 'node1'), before);
    },
  );
}

t.test('a member on a second interface still answers the pods of its own node under the VPC CNI', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  const interfaces = [eth('ens5', 11), eth('ens6', 21, false)];
  await fabric.addNode({ name: 'node1', interfaces, vpcCni: true });
  const pod = await fabric.addPod('node1', 'ens5', '10.0.1.111');
  await claim(fabric, 'node1', 'ens6');
  await startMember(fabric, 'node1', memberIp, port);
  const watch = watchMember(fabric, pod, memberIp, port);
  await watch.answered('node1');
  t.same((await watch.stop()).nodes, ['node1']);
  // What the rule's priority is for: before the CNI's rule to the pod the same member is out of reach.
  await fabric.run('node1', ['sh', '-c', `ip rule add from ${memberIp} lookup 10007 priority 300`]);
  const cutOff = watchMember(fabric, pod, memberIp, port);
  await t.rejects(cutOff.answered('node1', 1500));
  await cutOff.stop();
});

t.test('two nodes each have a lock of their own for the same address', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11)] });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12)] });
  const holder = fileURLToPath(new URL('./hold-lock.ts', import.meta.url));
  for (const node of ['node1', 'node2']) {
    const child = fabric.exec(node, [process.execPath, holder, memberIp], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line]: unknown[] = child.stdout === null ? [] : await once(child.stdout, 'data');
    t.equal(String(line), 'held\n');
  }
});

t.test('finds the VPC CNI on its node and none on a plain one', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'plain', interfaces: [eth('ens5', 12)] });
  await fabric.addNode({ name: 'cni', interfaces: [eth('ens5', 11)], vpcCni: true });
  t.equal(await does(fabric, 'plain', 'cni'), 'absent');
  t.equal(await does(fabric, 'cni', 'cni'), 'present');
});

t.test('a client keeps one address while the member moves over nodes and back', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11)] });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12), eth('ens6', 22)] });
  const client = await fabric.addClient();
  const watch = watchMember(fabric, client.name, memberIp, port);
  for (const [node, link] of [
    ['node1', 'ens5'],
    ['node2', 'ens6'],
    ['node1', 'ens5'],
  ] as const) {
    await claim(fabric, node, link);
    const member = await startMember(fabric, node, memberIp, port);
    await watch.answered(node);
    await member.stop();
    await does(fabric, node, 'release', memberIp);
  }
  const seen = await watch.stop();
  t.same(seen.nodes, ['node1', 'node2', 'node1']);
  t.comment(`longest gap ${Math.round(seen.longestGapMs)} ms over ${seen.tries} tries`);
});

t.test('a node whose old address was left behind does not keep a client from the new one', async (t) => {
  await using fabric = await Fabric.create({ subnets: [subnetCidr] });
  await fabric.addNode({ name: 'node1', interfaces: [eth('ens5', 11)] });
  await fabric.addNode({ name: 'node2', interfaces: [eth('ens5', 12)] });
  const client = await fabric.addClient();
  await claim(fabric, 'node1', 'ens5');
  await startMember(fabric, 'node1', memberIp, port);
  await claim(fabric, 'node2', 'ens5');
  await startMember(fabric, 'node2', memberIp, port);
  const watch = watchMember(fabric, client.name, memberIp, port);
  await watch.answered('node2');
  t.same((await watch.stop()).nodes, ['node2']);
});
