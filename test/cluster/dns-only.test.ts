import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';
import type { Namespace } from './harness/namespace.ts';

const t = await beginOnCluster('names without static IPs, and both databases, on real kubelets');
if (t) {
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { everyObject, wholeAccount } = await import('../orchestrator/removal/everything.ts');
  const { answeringService } = await import('./harness/answering-service.ts');
  const { ask } = await import('./harness/ask.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');

  const cluster = await RealCluster.start({
    nodes: Array.from({ length: 3 }, () => ({ subnet: 'a' as const })),
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const tables = await installNamespace(cluster, 'tables', 'clouddb');
  const maps = await installNamespace(cluster, 'maps', 'k8sdb');
  const client = await cluster.world.fabric.addClient('outside');
  const before = await everything();
  const services: ClusterService[] = [];
  // One each: what has a host port takes it on all addresses of its node, members' own among them.
  const ports = new Map<string, number>();
  const both = [0, 1];

  await t.test('a member without a static IP is found by name at its node, and is so after a move', async (t) => {
    const report = new Report(t, 'a member without a static IP moves');
    const web = await created(tables, 'web', false);
    await report.phase('until both are Ready and found', () => web.agree(both));
    t.strictSame(web.addresses, [undefined, undefined]);
    const old = await placeOf(web, 0);
    t.equal(await answer(web, old.address), 'web-0', 'its port is open at its node');
    await cluster.nodeObjects.cordon(old.node);
    const began = Date.now();
    await web.deletePod(0);
    const now = await eventually('it is on another node', () => movedFrom(web, old.uid), 60_000);
    report.figure('its pod is on another node after', seconds(began));
    await eventually('its name leads there', async () => (await found(web, 0)) === now.address, 60_000);
    report.figure('its name leads there after', seconds(began));
    await web.agree(both);
    report.figure('Ready and found after', seconds(began));
    await cluster.nodeObjects.uncordon(old.node);
    t.not(now.node, old.node);
    t.equal(await answer(web, await found(web, 0)), 'web-0');
    t.equal(await answer(web, old.address), '(ECONNREFUSED)', 'nobody is where it was');
  });

  await t.test('a member without a static IP whose node dies is found at another one', async (t) => {
    const report = new Report(t, 'the node of a member without a static IP dies');
    const [web] = services as [ClusterService];
    const old = await placeOf(web, 0);
    await cluster.die(old.node);
    const began = Date.now();
    await cluster.nodeObjects.notReady(old.node);
    report.figure('Kubernetes knows after', seconds(began));
    await cluster.nodeObjects.outOfService(old.node);
    const now = await eventually('it is on another node', () => movedFrom(web, old.uid), 120_000);
    await web.agree([0], { withinMs: 120_000 });
    report.figure('Ready and found after', seconds(began));
    t.equal(await answer(web, now.address), 'web-0');
    await cluster.nodeObjects.inService(old.node);
    await cluster.reboot(old.node);
    await web.agree(both, { withinMs: 120_000 });
    t.equal(await found(web, 0), now.address, 'the node that comes back changes no name');
  });

  await t.test('services of both databases live side by side, and each moves by itself', async (t) => {
    const report = new Report(t, 'DynamoDB and ConfigMaps side by side');
    const more = await report.phase('firecamp create, three services', () =>
      Promise.all([created(maps, 'shop', false), created(tables, 'store', true), created(maps, 'cache', true)]),
    );
    await report.phase('until all are Ready and every layer agrees', () =>
      Promise.all(services.map((service) => service.agree(both, { withinMs: 120_000 }))),
    );
    t.strictSame(await recordedIn(tables), ['store', 'web']);
    t.strictSame(await recordedIn(maps), ['cache', 'shop']);
    const uids = await uidsOf(services, 1);
    await report.phase('a member of each moves', async () => {
      await Promise.all(services.map((service) => moveAway(service, 0)));
      await Promise.all(services.map((service) => service.agree(both, { withinMs: 120_000 })));
    });
    t.strictSame(await uidsOf(services, 1), uids, 'the others stay as they are');
    for (const service of more.filter(({ addresses }) => addresses[0] !== undefined)) {
      const ip = service.addresses[0] ?? '';
      t.equal(await answer(service, ip), ip, service.name);
    }
    const { ip, neighbour } = await neighbours();
    t.equal(
      await ask(cluster.world.fabric, client.name, ip, portOf({ name: 'web' })),
      neighbour,
      'a host port takes all',
    );
  });

  await t.test('deleted, they leave nothing behind', async (t) => {
    const report = new Report(t, 'services of both databases are deleted');
    await report.phase('firecamp delete, four services', () =>
      Promise.all(services.map((service) => service.firecamp('delete', service.name, '--yes'))),
    );
    // CoreDNS reads the zone once a second.
    const names = services.map((service) => async () => (await found(service, 0)) === '');
    for (const gone of names) await eventually('a name is gone', gone, 20_000);
    t.strictSame([await recordedIn(tables), await recordedIn(maps)], [[], []]);
    // Endpoints go some moments after their service.
    const same = async () => JSON.stringify(await everything()) === JSON.stringify(before);
    await eventually('all is as it was', same, 20_000).catch(async () => t.strictSame(await everything(), before));
    const ips = services.flatMap(({ addresses }) => addresses).filter((ip) => ip !== undefined);
    t.strictSame(await Promise.all(ips.map((ip) => cluster.hostsWith(ip, cluster.liveNodes()))), [[], [], [], []]);
  });

  async function created(namespace: Namespace, name: string, staticIp: boolean): Promise<ClusterService> {
    ports.set(name, 7_000 + ports.size);
    const file = answeringService({ name, replicas: 2, staticIp }, portOf({ name }));
    const service = await Services.create(cluster, namespace, file);
    services.push(service);
    return service;
  }

  function portOf({ name }: Pick<ClusterService, 'name'>): number {
    return ports.get(name) ?? 0;
  }

  function answer(service: ClusterService, ip: string): Promise<string> {
    return ask(cluster.world.fabric, client.name, ip, portOf(service));
  }

  /** A member's pod and where it is. */
  async function placeOf(service: ClusterService, ordinal: number) {
    const { pod } = await service.truth(ordinal);
    const node = pod?.node ?? '';
    return { uid: pod?.uid, node, address: cluster.addressOf(node) ?? '' };
  }

  /** Where the member's pod is, once another one than this has a node. */
  async function movedFrom(service: ClusterService, uid: string | undefined) {
    const now = await placeOf(service, 0);
    return now.uid !== uid && now.node !== '' ? now : undefined;
  }

  /** Deletes the member's pod; returns when another one is on a node. */
  async function moveAway(service: ClusterService, ordinal: number): Promise<void> {
    const { uid } = await placeOf(service, ordinal);
    await service.deletePod(ordinal);
    await eventually(`${service.name} has another pod`, () => movedFrom(service, uid), 60_000);
  }

  /** A static IP whose node has a member of `web`, too: three nodes have two of each. */
  async function neighbours() {
    const [web, cache] = ['web', 'cache'].map((name) => services.find((service) => service.name === name));
    for (const ordinal of both) {
      for (const other of both) {
        const [one, two] = [web && (await placeOf(web, other)), cache && (await placeOf(cache, ordinal))];
        const neighbour = `web-${other}`;
        if (one?.node === two?.node) return { ip: cache?.addresses[ordinal] ?? '', neighbour };
      }
    }
    throw new Error('No node has a member of both services.');
  }

  async function found(service: ClusterService, ordinal: number): Promise<string> {
    return (await cluster.lookUp(`${service.memberName(ordinal)}.${cluster.domain}`)).join();
  }

  async function uidsOf(all: readonly ClusterService[], ordinal: number) {
    return await Promise.all(all.map(async (service) => (await placeOf(service, ordinal)).uid));
  }

  async function recordedIn({ store }: Namespace): Promise<string[]> {
    const listed = await store.list('service', {}, { signal: new AbortController().signal });
    return listed.map(({ record }) => record.serviceName).sort();
  }

  /** All that services could leave behind, but for records. */
  async function everything() {
    const { kube, world } = cluster;
    const objects = [tables, maps].map(({ name }) => everyObject({ kube, namespace: name }));
    return { objects: await Promise.all(objects), account: wholeAccount(world) };
  }

  function seconds(since: number): string {
    return `${((Date.now() - since) / 1_000).toFixed(2)} s`;
  }
}
