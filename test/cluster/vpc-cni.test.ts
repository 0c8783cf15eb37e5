import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';

const t = await beginOnCluster('nodes with the VPC CNI, on real kubelets');
if (t) {
  const { noManageTag } = await import('../../common/domain/node-interfaces.ts');
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { linkName } = await import('../../scripts/rig/network/follow-cloud.ts');
  const { startMember } = await import('../../scripts/rig/network/member-traffic.ts');
  const { answeringService } = await import('./harness/answering-service.ts');
  const { ask } = await import('./harness/ask.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');
  const { timedMove } = await import('./harness/timed-move.ts');
  const { createVpcCni } = await import('./harness/vpc-cni.ts');

  const names = ['node-1', 'node-2', 'node-3'];
  const withCni = { vpcCni: true, snatOutside: '10.0.0.0/16' };
  const cluster = await RealCluster.start({
    nodes: names.map(() => ({ subnet: 'a' as const })),
    kinds: Object.fromEntries(names.map((name) => [name, withCni])),
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { world, kube } = cluster;
  const { fabric } = world;
  await createVpcCni(kube);
  const stores = await installNamespace(cluster, 'stores', 'k8sdb');
  const outside = await fabric.addClient('outside');
  const port = 7000;
  const settings = ['-n', 'stores', '--db-type', 'k8sdb'];
  const nodeList = ['node', 'list', ...settings, '-o', 'json'];
  const both = [0, 1];
  let service: ClusterService;

  await t.test('a running node with one interface gets another for members by a command, once', async (t) => {
    const report = new Report(t, 'nodes are prepared');
    t.match(await cluster.done(nodeList), troubles('has no interface that the VPC CNI leaves alone', 3));
    await report.phase('firecamp node prepare, three nodes', () => cluster.done(prepare(...names)));
    const made = await memberInterfaces();
    t.strictSame(
      made.map(({ node, tag }) => [node, tag]).sort(),
      [...names].map((node) => [node, 'true']),
    );
    for (const node of names) t.match(await linkOf(node), { operstate: 'DOWN', addr_info: [] }, `new on ${node}`);
    t.match(await cluster.done(nodeList), troubles('has no interface that the VPC CNI leaves alone', 0));
    await cluster.done(prepare(...names));
    t.strictSame(await memberInterfaces(), made);
  });

  await t.test('members’ addresses live on that interface, and are reached from everywhere by it', async (t) => {
    const report = new Report(t, 'members on a second interface');
    service = await Services.create(
      cluster,
      stores,
      answeringService({ name: 'store', replicas: 2, staticIp: true }, port),
    );
    await report.phase('until both are Ready and every layer agrees', () => service.agree(both));
    const [node, ip] = [await nodeOf(0), service.addresses[0] ?? ''];
    t.equal(world.cloud.ec2.interface(world.cloud.ec2.holderOf(ip) ?? '')?.attachment?.deviceIndex, 1);
    t.match(await linkOf(node), { operstate: 'UP', addr_info: [{ local: ip, prefixlen: 32 }] });
    const other = await nodeOf(1);
    const places = {
      'its node': node,
      'another node': other,
      'outside the VPC': outside.name,
      'a pod of its node': await fabric.addPod(node, linkName(0), '10.0.1.91'),
      'a pod of another node': await fabric.addPod(other, linkName(0), '10.0.1.92'),
    };
    for (const [place, from] of Object.entries(places)) t.equal(await ask(fabric, from, ip, port), ip, place);
    for (const from of [other, outside.name]) {
      const before = (await linkOf(node)).stats64.tx.packets;
      await ask(fabric, from, ip, port);
      // SYN and ACK, the line, and the end.
      t.ok((await linkOf(node)).stats64.tx.packets - before >= 3, `what it answers to ${from} leaves there`);
    }
  });

  await t.test('what a member itself sends out of the VPC from its address is lost, with the CNI’s SNAT', async (t) => {
    const [node, ip] = [await nodeOf(0), service.addresses[0] ?? ''];
    await using server = await serving(outside.name, outside.ip);
    t.equal(await ask(fabric, node, outside.ip, server.port), outside.name, 'not so from the node’s own address');
    t.equal(await ask(fabric, node, outside.ip, server.port, ip), '(no answer)');
    const other = names.find((name) => name !== node) ?? '';
    const its = cluster.addressOf(other) ?? '';
    await using inside = await serving(other, its);
    t.equal(await ask(fabric, node, its, inside.port, ip), other, 'nor inside');
  });

  await t.test('a member moves from node to node, and leaves no route behind', async (t) => {
    const report = new Report(t, 'a member moves from second interface to second interface');
    const node = await nodeOf(0);
    await cluster.nodeObjects.cordon(node);
    const { from, to, phases } = await timedMove(cluster, service, 0, () => service.deletePod(0));
    for (const [phase, ms] of phases) report.figure(`after ${phase}`, `${(ms / 1_000).toFixed(2)} s`);
    await cluster.nodeObjects.uncordon(node);
    await service.agree(both);
    t.not(to, from);
    t.equal(await ask(fabric, outside.name, service.addresses[0] ?? '', port), service.addresses[0]);
    t.strictSame(await ownRules(from), []);
    t.strictSame(await ownRules(to), [service.addresses[0]]);
  });

  await t.test('after a reboot of its node the interface is down, and the member brings it up again', async (t) => {
    const report = new Report(t, 'a node with a second interface reboots');
    const [node, ip] = [await nodeOf(0), service.addresses[0] ?? ''];
    await report.phase('the machine boots', () => cluster.reboot(node));
    await report.phase('until every layer agrees', () => service.agree(both, { withinMs: 120_000 }));
    t.equal(await nodeOf(0), node);
    t.equal(await ask(fabric, outside.name, ip, port), ip);
  });

  await t.test('the interface is taken away when no member is on the node, and not before', async (t) => {
    const report = new Report(t, 'a node gives its interface back');
    const node = await nodeOf(0);
    const before = await memberInterfaces();
    await cluster.nodeObjects.cordon(node);
    const refused = await cluster.firecamp([...prepare(node), '--remove']);
    t.not(refused.code, 0);
    t.match(refused.stderr, /FC-NOD-006/);
    t.match(refused.stderr, /stores\/store-0/);
    t.strictSame(await memberInterfaces(), before);
    t.equal(await ask(fabric, outside.name, service.addresses[0] ?? '', port), service.addresses[0]);
    await report.phase('the member moves', () => timedMove(cluster, service, 0, () => service.deletePod(0)));
    await report.phase('firecamp node prepare --remove', () => cluster.done([...prepare(node), '--remove', '--yes']));
    await world.settled();
    t.strictSame(
      await memberInterfaces(),
      before.filter((one) => one.node !== node),
    );
    t.match((await fabric.run(node, ['ip', 'link', 'show', linkName(1)])).stderr, /does not exist/);
    await cluster.nodeObjects.uncordon(node);
    t.match(await cluster.done(nodeList), troubles('has no interface that the VPC CNI leaves alone', 1));
    await service.agree(both);
  });

  function prepare(...nodes: readonly string[]): string[] {
    return ['node', 'prepare', ...nodes, ...settings];
  }

  function troubles(what: string, count: number): RegExp {
    return new RegExp(`^([^]*${what}){${count}}((?!${what})[^])*$`);
  }

  async function nodeOf(ordinal: number): Promise<string> {
    return (await service.truth(ordinal)).pod?.node ?? '';
  }

  /** The interfaces in EC2 that the CNI leaves alone. */
  async function memberInterfaces() {
    await world.settled();
    const { ec2, topology } = world.cloud;
    const nodeWith = (id: string | undefined) => topology.instances.find((one) => one.id === id)?.tags?.['Name'];
    const left = ec2.interfaces().filter(({ tags }) => tags.has(noManageTag));
    return left
      .map(({ id, tags, attachment }) => ({ id, node: nodeWith(attachment?.instanceId), tag: tags.get(noManageTag) }))
      .sort((one, other) => String(one.node).localeCompare(String(other.node)));
  }

  /** The members' link of a node. */
  async function linkOf(node: string): Promise<Link> {
    const { stdout } = await fabric.run(node, ['ip', '-j', '-4', '-s', 'address', 'show', 'dev', linkName(1)]);
    const shown = (JSON.parse(stdout) as Link[]).filter(({ ifname }) => ifname === linkName(1));
    if (shown[0] !== undefined) return shown[0];
    const plain = await fabric.run(node, ['ip', '-j', '-s', 'link', 'show', 'dev', linkName(1)]);
    const [link] = JSON.parse(plain.stdout) as Omit<Link, 'addr_info'>[];
    if (link === undefined) throw new Error(`${node} has no ${linkName(1)}: ${plain.stderr}`);
    return { ...link, addr_info: [] };
  }

  /** The addresses whose way back this node keeps. */
  async function ownRules(node: string): Promise<(string | undefined)[]> {
    const { stdout } = await fabric.run(node, ['ip', '-j', '-4', 'rule', 'show']);
    const rules = JSON.parse(stdout) as { readonly priority: number; readonly src?: string }[];
    return rules.filter(({ priority }) => priority === 768).map(({ src }) => src);
  }

  async function serving(place: string, ip: string) {
    const own = 7100;
    const server = await startMember(fabric, place, ip, own);
    return { port: own, [Symbol.asyncDispose]: () => server.stop() };
  }
}

interface Link {
  readonly ifname: string;
  readonly operstate: string;
  readonly addr_info: readonly { readonly local?: string; readonly prefixlen?: number }[];
  readonly stats64: { readonly tx: { readonly packets: number } };
}
