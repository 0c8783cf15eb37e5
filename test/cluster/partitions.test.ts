import { beginOnCluster } from './harness/begin.ts';

const t = await beginOnCluster('nodes that are cut off');
if (t) {
  const { appImageArchive, appImageReference } = await import('../../scripts/rig/app-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { ClusterService } = await import('./harness/cluster-service.ts');
  const { LeftBehind } = await import('./harness/left-behind.ts');
  const { MemberClient } = await import('./harness/member-client.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { podLog, podLogDuring } = await import('./harness/pod-log.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');
  const { soloRedis } = await import('./harness/solo-redis.ts');

  const patience = 120_000;
  const lifetimeMs = 10_000;
  const settings = { FIRECAMP_ADDRESS_LIFETIME: String(lifetimeMs / 1_000), FIRECAMP_WATCH_INTERVAL: '1' };
  const subnet = 'a';
  const cluster = await RealCluster.start({
    nodes: [{ subnet }, { subnet }],
    images: [await appImageArchive('redis')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { fabric, cloud } = cluster.world;
  // Records that a node without the API server can read and write: nothing but the order among claimants keeps the old pod away.
  const stores = await installNamespace(cluster, 'stores', 'clouddb');
  const service = await ClusterService.create(cluster, stores, soloRedis('solo', appImageReference('redis'), settings));
  await service.agree([0]);
  const [ip = ''] = service.addresses;
  const outside = await fabric.addClient('outside');
  const elsewhere = MemberClient.start(fabric, outside.name, ip);
  const onNode = new Map([...cluster.nodes.keys()].map((node) => [node, MemberClient.start(fabric, node, ip)]));
  const watched = { cluster, service, elsewhere, onNode };

  await t.test('a node that is cut off for less time than its pods tolerate keeps its member', async (t) => {
    const report = new Report(t, 'a short partition');
    const before = await standing();
    const { node = '' } = before.pod ?? {};
    const who = await elsewhere.talksWith();
    const cutAt = Date.now();
    await fabric.cut(node);
    await report.phase('cut off, until Kubernetes calls the node not ready', () => cluster.nodeObjects.notReady(node));
    const mendedAt = Date.now();
    await fabric.mend(node);
    await report.phase('mended, until the node is ready', () => cluster.nodeObjects.ready([node]));
    t.equal(await elsewhere.talksWith(), who, 'clients elsewhere talk with the same process as before');
    await service.agree([0]);
    report.figure('clients elsewhere: longest pause', `${elsewhere.longestPause(cutAt)} ms`);
    t.same(elsewhere.answerers(cutAt + 1_000, mendedAt), [], 'which they could not reach in between');
    t.same(onNode.get(node)?.answerers(cutAt), [who], 'and with which clients on the node talked all the time');
    t.same(await standing(), before, 'record, EC2 and pod are as they were');
    t.same(await restarts(), [0, 0, 0], 'none of its containers was started again');
  });

  await t.test(
    'a pod that was force-deleted behind the back of its node leaves the address to the new one',
    async (t) => {
      const report = new Report(t, 'force-deleted while the node is cut off from the API server alone');
      const left = await LeftBehind.by({ ...watched, report }, (node) => cluster.cutFromApi(node));
      const settled = await standing();
      t.same(await left.answeredHere(1.5 * lifetimeMs), [left.who], 'clients on the node still talk with the old one');
      t.same(await cluster.hostsWith(ip, [left.node]), [left.node], 'for the address is renewed on its host');

      await t.test('also when it claims once more, with AWS and the records within reach', async (t) => {
        const node = cluster.node(left.node);
        const killedAt = Date.now();
        await node.signal((await node.running(left.podUid, 'sandbox')) ?? '', 'SIGKILL');
        const refusal = await report.phase('its sandbox killed, until its claim is refused', () =>
          eventually(
            'the claim fails',
            async () => /"code":"(FC-\w+-\d+)"/.exec(await podLog(node, left.podUid, 'memberinit-solo'))?.[1],
            patience,
          ),
        );
        t.equal(refusal, 'FC-CLM-003', 'the record names another pod, and ours cannot be told to be the newer one');
        t.same(await standing(), settled, 'record and EC2 are untouched');
        await left.here.talksWithAnotherThan(left.who);
        report.figure('clients on the node: pause until the new pod answers', `${left.here.longestPause(killedAt)} ms`);
        t.same(await cluster.hostsWith(ip, [left.node]), [], 'nobody put the address back on its host');
      });

      await left.hearsAgain((node) => fabric.mendFrom(node));
      t.same(elsewhere.answerers(left.succeededAt), [left.successor], 'clients elsewhere have seen the new one only');
      t.same(await standing(), settled, 'record and EC2 are untouched');
    },
  );

  await t.test(
    'a pod that was force-deleted while its node was cut off from everything ends without harm',
    async (t) => {
      const report = new Report(t, 'force-deleted while the node is cut off from everything');
      const left = await LeftBehind.by({ ...watched, report }, (node) => fabric.cut(node));
      const settled = await standing();
      t.same(await left.answeredHere(1.5 * lifetimeMs), [left.who], 'clients on the node still talk with the old one');
      t.same(await cluster.hostsWith(ip, [left.node]), [left.node], 'for the address is renewed on its host');

      const hearing = left.hearsAgain((node) => fabric.mend(node));
      const said = await podLogDuring(hearing, cluster.node(left.node), left.podUid, 'memberstop-solo');
      const decision = /"decision":"(\w+)"/.exec(said)?.[1] ?? 'none';
      report.figure('its late stop container decided', decision);
      // A kubelet that hears of the force-deletion itself gives it no time: then the address ends with its lifetime.
      t.match(decision, /^(hostOnly|none)$/, 'its late stop container may only take the address off its own host');
      t.same(await standing(), settled, 'record and EC2 are untouched');
      t.same(elsewhere.answerers(left.succeededAt), [left.successor], 'clients elsewhere have seen the new one only');
    },
  );

  /** What a late program could harm: the pod's record and address, and how often EC2 was told to move one. */
  async function standing() {
    const { pod, record, ec2 } = await service.truth(0);
    const moves = (['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'] as const).map(
      (operation) => cloud.calls.of('ec2', operation).length,
    );
    return { pod: pod && { uid: pod.uid, node: pod.node }, record, ec2, moves };
  }

  async function restarts() {
    const all = ['memberstop', 'memberinit', 'solo'].map((name) => service.container(0, name));
    return (await Promise.all(all)).map((one) => one?.restartCount);
  }
}
