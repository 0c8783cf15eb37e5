import type { Test } from 'tap';
import type { NamedStop } from '../e2e/harness/stops.ts';
import type { Held, Step } from '../e2e/harness/way.ts';
import { beginOnCluster } from './harness/begin.ts';
import type { ClusterService } from './harness/cluster-service.ts';
import type { HeldClaims } from './harness/held-claims.ts';
import type { Report } from './harness/report.ts';

const t = await beginOnCluster('init containers that are killed, on real kubelets');
if (t) {
  const { existsSync } = await import('node:fs');
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { stopsOf } = await import('../e2e/harness/stops.ts');
  const { ClusterService: Services } = await import('./harness/cluster-service.ts');
  const { HeldClaims: Claims } = await import('./harness/held-claims.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { plainService } = await import('./harness/plain-service.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { standingOf } = await import('./harness/member-standing.ts');
  const { PodFiles } = await import('./harness/pod-files.ts');
  const { Report: Reports } = await import('./harness/report.ts');

  const [nodeCount, patience] = [4, 120_000];
  const cluster = await RealCluster.start({
    nodes: Array.from({ length: nodeCount }, () => ({ subnet: 'a' as const })),
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const stores = await installNamespace(cluster, 'stores', 'clouddb', []);
  const range = ['--zone', 'us-east-1a', '--addresses', '64'];
  await cluster.done(['network', 'create', '-n', 'stores', '--db-type', 'clouddb', ...range]);
  const nodes = [...cluster.nodes.keys()];
  const members = nodes.map((_, ordinal) => ordinal);

  /** A service with a member on each node, whose claims begin at once. */
  async function create(name: string, claims: HeldClaims): Promise<ClusterService> {
    const file = plainService({ name, replicas: nodeCount, settings: claims.settings });
    return await Services.create(cluster, stores, file);
  }

  let steps: readonly Step[] = [];
  await t.test('members claim with nothing in their way', async (t) => {
    const report = new Reports(t, 'claims that nothing disturbs');
    // On a busy machine a claim may have to be run again; what is learned is one that was not.
    for (let attempt = 1; steps.length === 0 && attempt <= 3; attempt += 1) {
      const claims = await Claims.open(cluster);
      const service = await report.phase('firecamp create', () => create(`plain-${attempt}`, claims));
      await report.phase('until all are Ready and every layer agrees', () =>
        service.agree(members, { withinMs: patience }),
      );
      const standings = await Promise.all(members.map((ordinal) => standingOf(cluster, service, ordinal)));
      const once = standings.filter(({ restarts, epoch }) => restarts.init === 0 && epoch === 1);
      steps = stepsOfAll(once.map(({ node }) => claims.steps(node)));
    }
    report.figure('requests of every claim, but those to Kubernetes', steps.length);
    t.not(steps.length, 0, 'a claim came to its end at once');
  });

  const stops = stopsOf(steps);
  const groups = Array.from({ length: Math.ceil(stops.length / nodeCount) }, (_, n) =>
    stops.slice(n * nodeCount, (n + 1) * nodeCount),
  );

  await t.test(
    `a claim that is killed at any of ${stops.length} steps is run again by kubelet, and holds`,
    async (t) => {
      t.ok(stops.length >= 12, `${stops.length} places to kill it at`);
      const report = new Reports(t, 'SIGKILL of the init container at each step');
      const left = groups.entries();
      // So many services at a time as two processors bear.
      const lane = async () => {
        for (const [n, group] of left) await killedAndHolds(t, report, `killed-${n + 1}`, group);
      };
      await Promise.all([lane(), lane(), lane()]);
    },
  );

  /** A service whose claims are killed at one of these steps each, on a node each. */
  async function killedAndHolds(t: Test, report: Report, name: string, group: readonly NamedStop[]): Promise<void> {
    const claims = await Claims.open(cluster);
    const kills = group.map((stop, index) => killed(claims, name, nodes[index] ?? '', stop));
    const [service, ...done] = await Promise.all([create(name, claims), ...kills]);
    const ready = async ({ node, stop, at }: Killed) => {
      const ordinal = await memberOn(service, node);
      await eventually('it is Ready', async () => (await service.truth(ordinal)).pod?.ready, patience);
      const took = `${((Date.now() - at) / 1_000).toFixed(1)} s`;
      const { restarts } = await standingOf(cluster, service, ordinal);
      const told = (await service.events(ordinal)).filter(({ reason }) => reason !== 'StaticIPClaimed');
      const notes = told.map(({ note }) => `; ${note}`).join('');
      report.figure(`from the kill at ${stop.title} until Ready`, `${took}, ${restarts.init} restart(s)${notes}`);
    };
    await Promise.all(done.map(ready));
    await service.agree(members, { withinMs: patience });
    for (const one of done) await holds(t, service, one);
  }

  /** Kills the claim of this service on this node where it stands still, and lets its request go on without it. */
  async function killed(claims: HeldClaims, service: string, node: string, stop: NamedStop): Promise<Killed> {
    const { machine } = cluster.node(node);
    let reached: Reached | undefined;
    void claims.hold(node, stop).then((held) => {
      // At once: it gives up what is not answered.
      const [pid] = machine.processes('/firecamp-initcontainer', `SERVICE_NAME=${service}`);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      reached = { held, pid };
    });
    const { held, pid } = await eventually(`the claim on ${node} is at ${stop.title}`, () => reached, patience);
    if (pid === undefined) throw new Error(`no init container of ${service} runs on ${node} at ${stop.title}`);
    await eventually('it has ended', () => !existsSync(`/proc/${pid}`), patience);
    held.goOn();
    return { node, stop, at: Date.now() };
  }

  /** What every claim must come to, whatever went before. */
  async function holds(t: Test, service: ClusterService, { node, stop }: Killed): Promise<void> {
    const ordinal = await memberOn(service, node);
    const standing = await standingOf(cluster, service, ordinal);
    const files = new PodFiles(cluster, node, standing.uid ?? '');
    const found = {
      isRunAgain: standing.restarts.init > 0,
      othersRestarted: standing.restarts.stop + standing.restarts.main,
      moves: standing.moves,
      newestEpoch: standing.epoch,
      inRun: await files.inRun(),
      inConf: await files.inConf(service.name),
    };
    const wanted = {
      isRunAgain: true,
      othersRestarted: 0,
      moves: 1,
      newestEpoch: await files.claimedEpoch(),
      inRun: ['claim', 'ready', 'waiter'],
      inConf: ['firecamp-service-staticip'],
    };
    t.same(found, wanted, `killed at ${stop.title}`);
    const sockets = await cluster.world.fabric.run(node, ['cat', '/proc/net/unix']);
    t.notMatch(sockets.stdout, service.addresses[ordinal], 'nobody holds the lock');
  }

  async function memberOn(service: ClusterService, node: string): Promise<number> {
    const pods = await Promise.all(members.map((ordinal) => service.pod(ordinal)));
    return pods.findIndex((pod) => pod?.spec.nodeName === node);
  }
}

/** The requests that each of these runs has sent: on a slow moment one is sent again, and Route 53 is asked only when the resolver is late. */
function stepsOfAll([first = [], ...others]: readonly (readonly Step[])[]): readonly Step[] {
  const sameAs = (one: Step) => (other: Step) => other.far === one.far && other.operation === one.operation;
  return first.filter((step, index) => {
    const number = first.slice(0, index + 1).filter(sameAs(step)).length;
    return others.every((steps) => steps.filter(sameAs(step)).length >= number);
  });
}

/** A claim that was killed at a step. */
interface Killed {
  readonly node: string;
  readonly stop: NamedStop;
  /** When it had ended. */
  readonly at: number;
}

/** A claim that stands still, and the process that it was. */
interface Reached {
  readonly held: Held;
  readonly pid: number | undefined;
}
