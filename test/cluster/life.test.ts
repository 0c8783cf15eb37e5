import type { Test } from 'tap';
import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';
import type { RedisWriter } from './harness/redis-client.ts';
import type { Report } from './harness/report.ts';

const t = await beginOnCluster('the life of a Redis Cluster on real kubelets, from its creation to its end');
if (t) {
  const { appImageArchive, appImageReference } = await import('../../scripts/rig/app-images.ts');
  const { loadImages } = await import('../../scripts/rig/nodes/containerd.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { wholeListing } = await import('../e2e/harness/whole-listing.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { plainService } = await import('./harness/plain-service.ts');
  const { ReadinessWatch } = await import('./harness/readiness-watch.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { RedisWriter: Writers } = await import('./harness/redis-client.ts');
  const { formRedisCluster, redisService } = await import('./harness/redis-service.ts');
  const { Report: Reports } = await import('./harness/report.ts');

  const cluster = await RealCluster.start({
    nodes: Array.from({ length: 5 }, () => ({ subnet: 'a' as const })),
    images: [await appImageArchive('tools'), await appImageArchive('redis')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { fabric, cloud } = cluster.world;
  const stores = await installNamespace(cluster, 'stores', 'clouddb');
  const maps = await installNamespace(cluster, 'maps', 'k8sdb');
  const client = await fabric.addClient('outside');
  const [three, five] = [
    [0, 1, 2],
    [0, 1, 2, 3, 4],
  ];
  const before = await everything();
  let redis: ClusterService;
  let kept: ClusterService;
  let writer: RedisWriter;

  await t.test('services are created', async (t) => {
    const report = new Reports(t, 'services are created');
    const image = appImageReference('redis');
    // The part of the keys that others have can be written while a member is away.
    const command = ['redis-server', '/data/conf/redis.conf', '--cluster-require-full-coverage', 'no'];
    const file = redisService({ name: 'redis', replicas: 3, image, command, dataVolume: { sizeGb: 1 } });
    const plain = plainService({ name: 'kept', replicas: 1, detachPolicy: 'keep' });
    redis = await report.phase('firecamp create', () => Services.create(cluster, stores, file));
    kept = await Services.create(cluster, maps, plain);
    await report.phase('until every layer agrees', () => Promise.all([redis.agree(three), kept.agree([0])]));
    await report.phase('redis-cli --cluster create, as a task', () => formRedisCluster(redis));
    const roots = redis.addresses.map((ip) => `${ip}:6379`);
    writer = Writers.start(fabric, client.name, roots);
    await writesGoOn();
  });

  await t.test('five members need five nodes, and of those that go all is kept for their return', async (t) => {
    const report = new Reports(t, 'scale from 3 to 5 to 3');
    const busy = await nodesOf(three);
    const closed = [...cluster.nodes.keys()].find((node) => !busy.includes(node)) ?? '';
    await cluster.nodeObjects.cordon(closed);
    await report.phase('firecamp scale 5', () => redis.firecamp('scale', 'redis', '5'));
    const homeless = () => membersThat('PodReady', 'PodUnscheduled');
    await eventually('one member of five has no node', async () => (await homeless()).length === 1, 120_000);
    await cluster.nodeObjects.uncordon(closed);
    await report.phase('until every layer agrees on five', () => redis.agree(five, { withinMs: 120_000 }));
    t.equal(new Set(await nodesOf(five)).size, 5, 'no two members are on one node');
    const addresses = [...redis.addresses];

    await report.phase('firecamp scale 3', () => redis.firecamp('scale', 'redis', '3'));
    await eventually(
      'the pods of the last two are gone',
      async () => !(await redis.pod(3)) && !(await redis.pod(4)),
      120_000,
    );
    for (const ordinal of [3, 4]) {
      t.match(await redis.truth(ordinal), { record: { state: 'released' }, ec2: undefined, hosts: [] });
    }
    await redis.agree(three);
    const { summary, members } = await redis.status();
    t.match(summary, /^Healthy: 3 of 3 members/);
    t.strictSame(
      members.map(({ staticIp }) => staticIp),
      addresses,
      'all five addresses are theirs',
    );
    t.strictSame(
      members.map(({ wanted }) => wanted),
      [true, true, true, false, false],
    );
    await writesGoOn();
  });

  await t.test('a restart takes one member after the other', async (t) => {
    const report = new Reports(t, 'a rolling restart');
    await oneByOne(t, report, 'firecamp restart', () => redis.firecamp('restart', 'redis'));
  });

  await t.test('an image that cannot be pulled yet holds up one member, and the others serve on', async (t) => {
    const report = new Reports(t, 'an update to an image that is not there yet');
    const image = appImageReference('redis-next');
    const archive = await appImageArchive('redis-next');
    await oneByOne(t, report, 'firecamp update --image --restart', async () => {
      const updating = redis.firecamp('update', 'redis', '--image', image, '--restart');
      const isStuck = async () => (await membersThat('PodReady', 'ContainerFailing')).join() === 'redis-2';
      const stuck = () => eventually('member 2 waits for its image', isStuck, 120_000);
      await Promise.race([updating, report.phase('until status tells of a member in trouble', stuck)]);
      const { summary } = await redis.status();
      t.match(summary, /^Degraded: redis-2: .*(ErrImagePull|ImagePullBackOff)/);
      t.strictSame(await membersThat('AddressHeld', 'Held'), ['redis-0', 'redis-1', 'redis-2']);
      await writesGoOn();
      await Promise.all([...cluster.nodes.values()].map(({ machine }) => loadImages(machine, archive)));
      await report.phase('the image is there, until the update is done', () => updating);
    });
    const { members } = await redis.status();
    for (const { name, wanted, pod } of members) if (wanted) t.match(pod, { value: { image } }, name);
  });

  await t.test('a stopped service starts again with its addresses and its data', async (t) => {
    const report = new Reports(t, 'stop and start');
    const services = [redis, kept];
    const addresses = services.map((service) => service.addresses);
    const { ec2: holder } = await kept.truth(0);
    await report.phase('firecamp stop', () =>
      Promise.all(services.map((one) => one.firecamp('stop', one.name, '--yes'))),
    );
    for (const ordinal of three) {
      t.match(await redis.truth(ordinal), { pod: undefined, record: { state: 'released' }, ec2: undefined, hosts: [] });
    }
    t.match(await kept.truth(0), { pod: undefined, record: { state: 'released' }, ec2: holder, hosts: [] });
    for (const service of services) {
      const { summary, members } = await service.status();
      t.match(summary, /^Stopped: to be started again with [13] members$/);
      t.ok(members.every(({ agrees }) => agrees === 'True'));
    }

    await cluster.nodeObjects.cordon(holder ?? '');
    await Promise.all(services.map((one) => one.firecamp('start', one.name)));
    const up = () => Promise.all([redis.agree(three), kept.agree([0])]);
    await report.phase('firecamp start, until every layer agrees', up);
    await cluster.nodeObjects.uncordon(holder ?? '');
    t.strictSame(
      services.map((service) => service.addresses),
      addresses,
    );
    await writesGoOn();
    const { lost, acknowledged } = await writer.stop();
    report.figure('writes acknowledged', acknowledged);
    t.strictSame(lost, [], 'nothing that was ever acknowledged is lost');
  });

  await t.test('what is deleted leaves nothing', async (t) => {
    const report = new Reports(t, 'delete');
    t.notSame(await everything(), before, 'there is something to delete');
    for (const service of [redis, kept]) {
      const deleted = () => service.firecamp('delete', service.name, '--delete-volumes', '--yes');
      await report.phase(`firecamp delete ${service.name}`, deleted);
    }
    const same = async () => JSON.stringify(await everything()) === JSON.stringify(before);
    await eventually('all is as before', same, 60_000).catch(() => undefined);
    t.strictSame(await everything(), before, 'account, records, namespaces and hosts are as before');
  });

  /** A change that restarts every member, one at a time. */
  async function oneByOne(t: Test, report: Report, what: string, change: () => Promise<unknown>) {
    const [began, uids] = [Date.now(), await podsOf(three)];
    await using watch = ReadinessWatch.start(cluster, redis, three.length);
    await report.phase(what, change);
    const missing = await watch.stop();
    report.figure('members that were not Ready together, at most', missing);
    t.equal(missing, 1);
    await redis.agree(three);
    await eventually('the Redis Cluster is whole', isWhole, 60_000);
    await writesGoOn();
    report.figure('longest pause between two writes of the client', `${writer.longestPause(began)} ms`);
    const later = await podsOf(three);
    t.ok(
      later.every((uid) => uid !== undefined && !uids.includes(uid)),
      'every member has a new pod',
    );
  }

  /** Resolves when a client outside goes on writing. */
  async function writesGoOn() {
    const from = writer.writes.length;
    const enough = () => writer.writes.slice(from).filter(({ key }) => key).length > 30;
    await eventually('writes are acknowledged', enough, 120_000);
  }

  async function isWhole(): Promise<boolean> {
    const asked = ['redis-cli', '-h', redis.addresses[0] ?? '', 'cluster', 'info'];
    return /cluster_state:ok/.test(await redis.exec(0, asked));
  }

  async function podsOf(ordinals: readonly number[]) {
    return await Promise.all(ordinals.map(async (ordinal) => (await redis.pod(ordinal))?.metadata.uid));
  }

  async function nodesOf(ordinals: readonly number[]) {
    return await Promise.all(ordinals.map(async (ordinal) => (await redis.pod(ordinal))?.spec.nodeName ?? ''));
  }

  /** Names of the members of which `firecamp status` says this. */
  async function membersThat(type: string, reason: string): Promise<string[]> {
    const { members } = await redis.status();
    const said = members.filter(({ conditions }) =>
      conditions.some((one) => one.type === type && one.reason === reason),
    );
    return said.map(({ name }) => name);
  }

  /** All that services could leave behind: in the account, in both stores, in both namespaces, on the hosts. */
  async function everything() {
    const places = [stores, maps].map(({ name }) => ({ kube: cluster.kube, cloud, namespace: name }));
    return await Promise.all(places.map((place) => wholeListing(cluster.world, place)));
  }
}
