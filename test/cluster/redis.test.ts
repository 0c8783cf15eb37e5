import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';
import type { RedisWriter } from './harness/redis-client.ts';
import type { Report } from './harness/report.ts';

const t = await beginOnCluster('a Redis Cluster on real kubelets');
if (t) {
  const { appImageArchive, appImageReference } = await import('../../scripts/rig/app-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { RedisWriter: Writers } = await import('./harness/redis-client.ts');
  const { formRedisCluster, redisService } = await import('./harness/redis-service.ts');
  const { Report: Reports } = await import('./harness/report.ts');
  const { timedMove } = await import('./harness/timed-move.ts');

  const cluster = await RealCluster.start({
    nodes: Array.from({ length: 4 }, () => ({ subnet: 'a' as const })),
    images: [await appImageArchive('redis')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const stores = await installNamespace(cluster, 'stores', 'clouddb');
  const client = await cluster.world.fabric.addClient('outside');
  const all = [0, 1, 2];
  let service: ClusterService;
  let writer: RedisWriter;

  await t.test('three members are created, and form a cluster by their static addresses', async (t) => {
    const report = new Reports(t, 'a Redis Cluster is created');
    const image = appImageReference('redis');
    const file = redisService({ name: 'redis', replicas: 3, image, dataVolume: { sizeGb: 1 } });
    service = await report.phase('firecamp create', () => Services.create(cluster, stores, file));
    await report.phase('until all three are Ready and every layer agrees', () => service.agree(all));
    await report.phase('redis-cli --cluster create, as a task', () => formRedisCluster(service));
    const roots = service.addresses.map((ip) => `${ip}:6379`);
    writer = Writers.start(cluster.world.fabric, client.name, roots);
    await writesGoOn();
    t.equal(await knownNodes(0), [...service.addresses].sort().join(), 'they know each other by these addresses');
    // Best effort: an API server that is slow at that moment is not waited for.
    const told = (await Promise.all(all.map((ordinal) => service.events(ordinal)))).flat();
    for (const { reason, note } of told) t.equal(reason, 'StaticIPClaimed', note);
  });

  await t.test('a pod that is deleted comes back on its node, with address, name and data', async (t) => {
    const report = new Reports(t, 'a pod is deleted, and stays on its node');
    const busy = (await Promise.all(all.map((ordinal) => service.truth(ordinal)))).map(({ pod }) => pod?.node);
    const free = [...cluster.nodes.keys()].filter((name) => !busy.includes(name));
    for (const node of free) await cluster.nodeObjects.cordon(node);
    const { from, to } = await moved(report, 0, () => service.deletePod(0));
    for (const node of free) await cluster.nodeObjects.uncordon(node);
    t.equal(to, from);
    await writesGoOn();
  });

  await t.test(
    'a pod that is deleted while its node is cordoned goes to another node, with address, name and data',
    async (t) => {
      const report = new Reports(t, 'a pod is deleted, and goes to another node');
      const node = (await service.truth(1)).pod?.node ?? '';
      await cluster.nodeObjects.cordon(node);
      const { from, to } = await moved(report, 1, () => service.deletePod(1));
      await cluster.nodeObjects.uncordon(node);
      t.not(to, from);
      await writesGoOn();
    },
  );

  await t.test('a member whose node dies comes back elsewhere, and the Redis Cluster heals as it is', async (t) => {
    const report = new Reports(t, 'a node dies');
    const node = (await service.truth(2)).pod?.node ?? '';
    const { to } = await moved(report, 2, async () => {
      await cluster.die(node);
      await report.phase('until Kubernetes knows that the node is not ready', () => cluster.nodeObjects.notReady(node));
      await cluster.nodeObjects.outOfService(node);
    });
    t.not(to, node);
    await writesGoOn();
    const seen = await report.phase('the client reads back all that was acknowledged', () => writer.stop());
    report.figure('writes acknowledged, refused', `${seen.acknowledged}, ${seen.failed}`);
    t.same(seen.lost, [], 'nothing that was acknowledged is lost');
    t.equal(await knownNodes(0), [...service.addresses].sort().join(), 'and nobody has another address');
    t.match(await redis(0, 'cluster', 'info'), /cluster_state:ok/);
    for (const { reason, note } of await service.events(2)) t.equal(reason, 'StaticIPTakenOver', note);
    const init = await service.container(2, 'memberinit');
    t.match(init?.state.terminated, { exitCode: 0, message: `redis-2: ${service.addresses[2]} was moved to` });
  });

  await t.test('a dead node that comes back claims nothing, and is of use again', async (t) => {
    const report = new Reports(t, 'a dead node comes back');
    const dead = [...cluster.nodes.values()].find(({ machine }) => !machine.running)?.name ?? '';
    await report.phase('boot until Ready', async () => {
      await cluster.nodeObjects.inService(dead);
      await cluster.reboot(dead);
    });
    await service.agree(all);
    t.same(await cluster.hostsWith(service.addresses[2] ?? '', [dead]), []);
  });

  /** A member's way through a disturbance; told as a table. */
  async function moved(report: Report, ordinal: number, disturb: () => Promise<void>) {
    const began = Date.now();
    const move = await timedMove(cluster, service, ordinal, disturb);
    for (const [phase, ms] of move.phases) report.figure(`after ${phase}`, `${(ms / 1_000).toFixed(2)} s`);
    await service.agree(all);
    await eventually('the Redis Cluster is whole', async () =>
      /cluster_state:ok/.test(await redis(0, 'cluster', 'info')),
    );
    await writesGoOn();
    report.figure('longest pause between two writes of the client', `${writer.longestPause(began)} ms`);
    return move;
  }

  /** Resolves when the client's writes are acknowledged, by every member's part of the keys. */
  async function writesGoOn() {
    const from = writer.writes.length;
    await eventually(
      'writes are acknowledged',
      () => writer.writes.slice(from).filter(({ key }) => key).length > 30,
      60_000,
    );
  }

  async function redis(ordinal: number, ...words: string[]): Promise<string> {
    return await service.exec(ordinal, ['redis-cli', '-h', service.addresses[ordinal] ?? '', ...words]);
  }

  async function knownNodes(ordinal: number): Promise<string> {
    const lines = (await redis(ordinal, 'cluster', 'nodes')).trim().split('\n');
    return lines
      .map((line) => line.split(' ')[1]?.split(':')[0])
      .sort()
      .join();
  }
}
