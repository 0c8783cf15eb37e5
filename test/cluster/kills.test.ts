import { beginOnCluster } from './harness/begin.ts';

const t = await beginOnCluster('members whose containers, kubelet or node are killed');
if (t) {
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { watchMember } = await import('../../scripts/rig/network/member-traffic.ts');
  const { productImageReference } = await import('../../scripts/rig/product-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { ClusterService } = await import('./harness/cluster-service.ts');
  const { watchHost } = await import('./harness/host-watch.ts');
  const { LivingMember } = await import('./harness/living-member.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { restartNetworkd } = await import('./harness/networkd.ts');
  const { plainService } = await import('./harness/plain-service.ts');
  const { PodFiles } = await import('./harness/pod-files.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');

  const [subnet, port, patience] = ['a' as const, 7_000, 120_000];
  const cluster = await RealCluster.start({
    nodes: [{ subnet }, { subnet }, { subnet, second: { 'node.k8s.amazonaws.com/no_manage': 'true' } }],
    kinds: { 'node-3': { vpcCni: true, snatOutside: '10.0.0.0/16', down: [1] } },
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { fabric } = cluster.world;
  const stores = await installNamespace(cluster, 'stores', 'clouddb');
  const client = await fabric.addClient('outside');
  const members = [0, 1, 2];
  const file = plainService({ name: 'plain', replicas: members.length }, { port, line: 'here' });
  const service = await ClusterService.create(cluster, stores, file);
  await service.agree(members, { withinMs: patience });
  const answer = 'here\n';
  const memberOn = (node: string) => LivingMember.on(cluster, service, node);

  await t.test('a pod whose sandbox is killed claims again in place, and nothing moves', async (t) => {
    const report = new Report(t, 'SIGKILL of a sandbox');
    const member = await memberOn('node-1');
    const sandbox = () => member.node.running(member.podUid, 'sandbox');
    const old = (await sandbox()) ?? '';
    await using host = await watchHost(cluster, member.node.name, member.address);
    await member.node.signal(old, 'SIGKILL');
    const another = async () => ![undefined, old].includes(await sandbox());
    await report.phase('until the pod has another sandbox', () => eventually('another sandbox', another, patience));
    await report.phase('until it has claimed again', () => member.claimedAgain());
    await report.phase('until it is Ready and every layer agrees', () => member.agrees());
    t.match(await member.standing(), member.afterAnotherClaim, 'the next epoch, and nothing asked of EC2');
    t.same(host.gone, [], 'its address was on the host throughout');
  });

  await t.test('kubelet is killed and started again: members run on and nothing is claimed', async (t) => {
    const report = new Report(t, 'kubelet is killed and started again');
    const member = await memberOn('node-2');
    await using host = await watchHost(cluster, member.node.name, member.address);
    const traffic = watchMember(fabric, client.name, member.address, port);
    await member.node.killKubelet();
    await traffic.answered(answer, patience);
    const lease = await leaseTime(member.node.name);
    await member.node.startKubelet();
    const isBack = async () => (await leaseTime(member.node.name)) > lease;
    await report.phase('until kubelet is back', () => eventually('the lease is renewed', isBack, patience));
    await member.agrees();
    const { longestGapMs } = await traffic.stop();
    report.figure('longest time between two answers to a client', `${longestGapMs.toFixed(0)} ms`);
    t.same(await member.standing(), member.before, 'nothing was restarted, claimed, or asked of EC2');
    t.same(host.gone, [], 'its address was on the host throughout');
  });

  await t.test(
    'a stop container whose image changes, and whose process is killed, releases nothing while the member runs on',
    async (t) => {
      const report = new Report(t, 'the stop container gets another image, and is killed');
      const member = await memberOn('node-2');
      const { node, before } = member;
      const image = productImageReference('firecamp-stopcontainer');
      await node.tagImage(image, `${image}-next`);
      await using host = await watchHost(cluster, node.name, member.address);
      await report.phase('kubectl set image, until it runs and is Ready', async () => {
        await member.setStopImage(`${image}-next`);
        await member.stopRestarted(1);
      });
      await host.renewed();
      await node.signal((await node.running(member.podUid, { container: 'memberstop-plain' })) ?? '', 'SIGKILL');
      await report.phase('SIGKILL, until it runs again and is Ready', () => member.stopRestarted(2));
      await host.renewed();
      await member.agrees();
      t.match(await member.stopLog(), /found a claim of/, 'it has taken the claim over');
      const restarts = { ...before.restarts, stop: before.restarts.stop + 2 };
      t.same(await member.standing(), { ...before, restarts }, 'nothing was claimed, or asked of EC2');
      t.same(host.gone, [], 'its address was on the host throughout');
    },
  );

  await t.test('addresses that a restart of networkd removes are back, with their rules', async (t) => {
    const report = new Report(t, 'networkd removes foreign addresses');
    const taken = async (name: string) => {
      const member = await memberOn(name);
      const rules = async () => (await fabric.run(name, ['ip', '-4', 'rule', 'show', 'from', member.address])).stdout;
      const had = await rules();
      t.equal(had !== '', name === 'node-3', 'only the node with a second interface has rules');
      await using host = await watchHost(cluster, name, member.address);
      const traffic = watchMember(fabric, client.name, member.address, port);
      await traffic.answered(answer, patience);
      await restartNetworkd(cluster, name, member.address);
      const gone = await eventually('it is gone', () => host.gone.at(-1), patience);
      const back = await eventually('it is back', () => host.there.find((at) => at > gone), patience);
      await eventually('its rules are back', async () => (await rules()) === had, patience);
      await traffic.answered(answer, patience);
      const { longestGapMs } = await traffic.stop();
      report.figure(`${name}: off the host`, `${((back - gone) / 1_000).toFixed(1)} s`);
      report.figure(`${name}: longest time between two answers to a client`, `${longestGapMs.toFixed(0)} ms`);
      await member.agrees();
      t.same(await member.standing(), member.before, 'the record and EC2 were not touched');
    };
    await Promise.all([...cluster.nodes.keys()].map(taken));
  });

  await t.test('nodes that are rebooted under living pods have their addresses claimed again', async (t) => {
    const report = new Report(t, 'nodes are rebooted');
    const rebooted = async (name: string) => {
      const member = await memberOn(name);
      await service.exec(member.ordinal, ['sh', '-c', 'echo from before > /data/file']);
      await report.phase(`${name}: reboot until the node is Ready`, () => cluster.reboot(name));
      await report.phase(`${name}: until the member has claimed again`, () => member.claimedAgain());
      await member.agrees();
      t.match(await member.standing(), member.afterAnotherClaim, 'the next epoch, and nothing asked of EC2');
      t.equal(await new PodFiles(cluster, name, member.podUid).claimedEpoch(), member.afterAnotherClaim.epoch);
      t.equal(
        await service.exec(member.ordinal, ['cat', '/data/file']),
        'from before\n',
        'its data outlived the reboot',
      );
      t.notMatch(await member.stopLog(), /found a claim of/, 'what was in memory did not');
    };
    await Promise.all(['node-1', 'node-3'].map(rebooted));
  });

  await t.test('all of them end as ever: nothing is left in EC2, on hosts, or owned', async (t) => {
    const report = new Report(t, 'members that went through all this are stopped');
    await report.phase('firecamp stop', () => service.firecamp('stop', service.name, '--yes'));
    for (const ordinal of members) {
      const { record, ec2, hosts, pod } = await service.truth(ordinal);
      const nothing = { state: 'released', ec2: undefined, hosts: [], pod: undefined };
      t.match({ state: record?.state, ec2, hosts, pod }, nothing);
    }
  });

  /** When kubelet last said that it lives; empty before it has. */
  async function leaseTime(node: string): Promise<string> {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}`;
    const { spec } = (await cluster.kube.admin('GET', path)) as { readonly spec: { readonly renewTime?: string } };
    return spec.renewTime ?? '';
  }
}
