import type { ServiceStatus } from '../../orchestrator/status/service-status.ts';
import type { ServiceName } from '../cloud/service.ts';
import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';

const t = await beginOnCluster('stops that do not go as they should, on real kubelets');
if (t) {
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { wasEverFree } = await import('../cloud/ec2/address-timeline.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { plainService } = await import('./harness/plain-service.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');
  const { timedMove } = await import('./harness/timed-move.ts');

  const cluster = await RealCluster.start({
    nodes: [{ subnet: 'a' }, { subnet: 'a' }],
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { cloud } = cluster.world;
  const stores = await installNamespace(cluster, 'stores', 'clouddb');
  const maps = await installNamespace(cluster, 'maps', 'k8sdb');

  /** So soon a host drops an address that nobody renews. */
  const settings = { FIRECAMP_ADDRESS_LIFETIME: '10' };
  /** Of members that end at once, and what kubelet and this machine may add to it. */
  const [graceSeconds, slackMs] = [30, 15_000];
  const brief = { replicas: 1, terminationGracePeriodSeconds: graceSeconds, settings };
  const deaf = ['sh', '-c', "trap '' TERM; while :; do sleep 1; done"];
  const [stubborn, inTable, inMap] = await Promise.all([
    Services.create(
      cluster,
      stores,
      plainService({ name: 'stubborn', replicas: 1, command: deaf, terminationGracePeriodSeconds: 5, settings }),
    ),
    Services.create(cluster, stores, plainService({ name: 'intable', ...brief })),
    Services.create(cluster, maps, plainService({ name: 'inmap', ...brief })),
  ]);
  await Promise.all([stubborn, inTable, inMap].map((service) => service.agree([0])));

  await t.test('a main container that ignores SIGTERM leaves an address that the next claim takes over', async (t) => {
    const report = new Report(t, 'the grace period is too short');
    const before = await stubborn.truth(0);
    await report.phase('firecamp stop, with 5 s of grace', () => stop(stubborn));
    // Kubelet leaves the release two seconds. On a machine that is too slow for that nothing at all is done.
    const left = await stubborn.truth(0);
    report.figure('the record says', left.record?.state ?? '');
    t.match(left.record?.state, /^(releasing|owned)$/);
    t.match(left, { pod: undefined, ec2: before.pod?.node, record: { podUid: before.pod?.uid, epoch: 1 } });
    await report.phase('until no host has the address', () => offHosts(stubborn));
    const { summary, members } = await stubborn.status();
    t.match(summary, /^Stopped: .*; stubborn-0: not wanted any more, but its release is not known to be complete$/);
    t.equal(members[0]?.agrees, 'False');

    await cluster.nodeObjects.cordon(before.pod?.node ?? '');
    await report.phase('firecamp start, until every layer agrees', () => start(stubborn));
    await cluster.nodeObjects.uncordon(before.pod?.node ?? '');
    t.equal(wasFree(stubborn), false, 'at no time EC2 could have given the address away');
  });

  await t.test('an Unassign that EC2 takes up late takes nothing from the next pod', async (t) => {
    const report = new Report(t, 'EC2 does not answer a release');
    const node = (await inTable.truth(0)).pod?.node ?? '';
    const held = cloud.faults.hold({ operation: 'UnassignPrivateIpAddresses', times: 1 });
    await cluster.nodeObjects.cordon(node);
    const { phases } = await timedMove(cluster, inTable, 0, () => inTable.deletePod(0));
    for (const [phase, ms] of phases) report.figure(`after ${phase}`, `${(ms / 1_000).toFixed(2)} s`);
    await cluster.nodeObjects.uncordon(node);
    t.match(await eventsOf(inTable), /FC-REL-001: /, 'an Event tells that the release is not known to be complete');
    const call = await held.reached;
    held.release();
    await eventually('EC2 has taken the request up', () => call.effectAt !== undefined, 60_000);
    await inTable.agree([0]);
    t.equal(wasFree(inTable), false);
  });

  await t.test('members end in time while AWS is away, and claim when it is back', async (t) => {
    const report = new Report(t, 'AWS is away while members end');
    const both = [inTable, inMap];
    const before = await Promise.all(both.map((service) => service.truth(0)));
    const away: readonly ServiceName[] = ['ec2', 'imds', 'route53', 'sts'];
    const rules = away.map((service) => cloud.faults.add({ service }, { kind: 'server-error' }));
    cluster.world.dynamoGate.set('silent');
    const began = Date.now();
    const ended = both.map(async (service, index) => {
      await service.deletePod(0);
      const uid = before[index]?.pod?.uid;
      await eventually('its pod has ended', async () => (await service.pod(0))?.metadata.uid !== uid, 120_000);
      const took = Date.now() - began;
      t.ok(took < graceSeconds * 1_000 + slackMs, `${service.name}: its pod has ended after ${took} ms`);
      report.figure(`${service.name}: its pod has ended after`, `${(took / 1_000).toFixed(2)} s`);
      await offHosts(service);
      report.figure(`${service.name}: no host has its address after`, `${((Date.now() - began) / 1_000).toFixed(2)} s`);
    });
    await Promise.all(ended);
    // Records that cannot be read are told as such, and those that can be read say what was done.
    const [ofTable, ofMap] = await Promise.all(both.map(statusOf));
    t.match(ofTable, { healthy: false, members: [{ record: { unknown: String }, holder: { unknown: String } }] });
    t.match(ofTable?.members[0]?.agrees, 'Unknown');
    const releasing = { record: { value: { state: 'releasing' } }, holder: { unknown: String }, agrees: 'False' };
    t.match(ofMap, { healthy: false, members: [releasing] });
    for (const [index, service] of both.entries())
      t.match(await service.truth(0), { ec2: before[index]?.pod?.node, record: { podUid: before[index]?.pod?.uid } });

    for (const rule of rules) rule.remove();
    cluster.world.dynamoGate.set('open');
    const back = () => Promise.all(both.map((service) => service.agree([0], { withinMs: 120_000 })));
    await report.phase('AWS is back, until every layer agrees', back);
    for (const [index, service] of both.entries()) {
      t.match(await service.truth(0), { record: { epoch: (before[index]?.record?.epoch ?? 0) + 1 } });
      t.equal(wasFree(service), false);
    }
  });

  await t.test('a pod that is ended while it claims leaves its address nowhere', async (t) => {
    const report = new Report(t, 'a pod is ended while it claims');
    await report.phase('firecamp stop', () => stop(inTable));
    const slow = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses', times: 1 });
    await inTable.firecamp('start', inTable.name);
    await report.phase('firecamp start, until EC2 is asked for the address', () => slow.reached);
    const stopping = report.phase('firecamp stop, with an answer on the way', () => stop(inTable));
    await eventually('the pod is told to end', async () => (await inTable.pod(0))?.metadata.deletionTimestamp, 60_000);
    slow.release();
    await stopping;
    t.match(await inTable.truth(0), { pod: undefined, record: { state: 'released' }, ec2: undefined, hosts: [] });
    const { summary, members } = await inTable.status();
    t.match(summary, /^Stopped: to be started again with 1 members$/);
    t.equal(members[0]?.agrees, 'True');

    const lost = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses', times: 1 });
    await inTable.firecamp('start', inTable.name);
    await lost.reached;
    const uid = (await inTable.pod(0))?.metadata.uid;
    await inTable.deletePod(0);
    const gone = async () => (await inTable.pod(0))?.metadata.uid !== uid;
    await report.phase('the pod is deleted, with no answer, until it has ended', () => eventually('', gone, 120_000));
    t.match(await inTable.truth(0), { record: { state: 'releasing' }, ec2: undefined, hosts: [] });
    await report.phase('until every layer agrees on the next pod', () => inTable.agree([0], { withinMs: 120_000 }));
    lost.drop();
  });

  /** `firecamp stop`; returns when the pods are gone. */
  async function stop(service: ClusterService): Promise<void> {
    await service.firecamp('stop', service.name, '--yes');
  }

  async function start(service: ClusterService): Promise<void> {
    await service.firecamp('start', service.name);
    await service.agree([0], { withinMs: 120_000 });
  }

  async function offHosts(service: ClusterService): Promise<void> {
    const ip = service.addresses[0] ?? '';
    const isGone = async () => (await cluster.hostsWith(ip, cluster.liveNodes())).length === 0;
    await eventually(`no host has ${ip}`, isGone, 120_000);
  }

  /** Whether EC2 could ever have given the member's address to somebody else. */
  function wasFree(service: ClusterService): boolean {
    return wasEverFree(cloud.ec2.events, service.addresses[0] ?? '');
  }

  /** What `firecamp status` says, without what the service remembers of it. */
  async function statusOf({ name, namespace }: ClusterService): Promise<ServiceStatus> {
    return JSON.parse(await cluster.done(['status', name, '-n', namespace.name, '-o', 'json'])) as ServiceStatus;
  }

  async function eventsOf(service: ClusterService): Promise<string> {
    const path = `/api/v1/namespaces/${service.namespace.name}/events`;
    const { items } = (await cluster.kube.admin('GET', path)) as EventList;
    const own = items.filter(({ involvedObject }) => involvedObject.name === service.memberName(0));
    return own.map(({ message }) => message).join('\n');
  }
}

interface EventList {
  readonly items: readonly { readonly message: string; readonly involvedObject: { readonly name: string } }[];
}
