import type { RunningWatch } from '../../scripts/rig/network/member-traffic.ts';
import { beginOnCluster } from './harness/begin.ts';

const t = await beginOnCluster('the preStop hook of clusters before 1.29, on real kubelets');
if (t) {
  const { join } = await import('node:path');
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { writeKubeconfig } = await import('../../scripts/rig/kubeconfig.ts');
  const { watchMember } = await import('../../scripts/rig/network/member-traffic.ts');
  const { kubeFront } = await import('../orchestrator/kube-front.ts');
  const { ClusterService } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { plainService } = await import('./harness/plain-service.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');

  const cluster = await RealCluster.start({
    nodes: [{ subnet: 'a' }, { subnet: 'a' }],
    images: [await appImageArchive('tools')],
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { world } = cluster;
  const stores = await installNamespace(cluster, 'stores', 'k8sdb');
  const client = await world.fabric.addClient('outside');

  // It answers for three seconds more when it is told to end.
  const port = 7000;
  const server = `nc -ll -p ${port} -e echo -n $(cat /data/conf/firecamp-service-staticip)`;
  const command = ['sh', '-c', `trap 'sleep 3; exit 0' TERM; ${server} & wait`];
  const file = plainService({ name: 'store', replicas: 1, command });

  await t.test('the release waits for the main container’s end, and is over within the grace period', async (t) => {
    const report = new Report(t, 'the preStop hook of clusters before 1.29');
    const front = await kubeFront(t, cluster.kube, ({ url }) =>
      url.pathname === '/version' ? { answer: { major: '1', minor: '28', gitVersion: 'v1.28.15' } } : undefined,
    );
    const older = { url: front.api.url, caFile: front.api.caFile, token: cluster.kube.adminToken };
    const kubeconfig = await writeKubeconfig(join(world.dir, 'older.kubeconfig'), older);
    const service = await ClusterService.create(cluster, stores, file, ['--kubeconfig', kubeconfig]);
    await report.phase('until it is Ready and every layer agrees', () => service.agree([0]));
    const pod = await service.pod(0);
    t.strictSame(
      pod?.status.initContainerStatuses?.map(({ name }) => name),
      ['memberinit-store'],
    );
    t.strictSame(pod?.status.containerStatuses?.map(({ name }) => name).sort(), ['memberstop-store', 'store']);
    const ip = service.addresses[0] ?? '';
    const { node, uid } = { node: pod?.spec.nodeName ?? '', uid: pod?.metadata.uid };
    const watch = watchMember(world.fabric, client.name, ip, port);
    await watch.answered(ip);
    await cluster.nodeObjects.cordon(node);
    const told = Date.now();
    await service.deletePod(0);
    const lastAnswer = answersUntil(watch, ip, async () => (await service.pod(0))?.metadata.uid !== uid);
    const answeredFor = (await lastAnswer) - told;
    const podGone = Date.now() - told;
    await watch.stop();
    const left = world.cloud.ec2.events.find((move) => move.ip === ip && move.to === undefined && move.at > told);
    const releasedAfter = (left?.at ?? 0) - told;
    report.figure('the member answers for', `${answeredFor} ms`);
    report.figure('EC2 lets the address go after', `${Math.round(releasedAfter)} ms`);
    report.figure('the pod is gone after', `${podGone} ms`);
    t.ok(answeredFor > 2_500, 'the member answers until the main container’s end');
    t.ok(releasedAfter > 3_000, 'which is 3 s after the signal: only then the address goes');
    t.ok(podGone < 30_000, 'all of it within the grace period');
    await service.agree([0], { withinMs: 120_000 });
    t.not((await service.truth(0)).pod?.node, node);
    await service.firecamp('delete', service.name, '--yes');
  });

  /** When the member answered last before something is so. */
  async function answersUntil(watch: RunningWatch, ip: string, over: () => Promise<boolean>): Promise<number> {
    let last = 0;
    while (!(await over())) {
      await watch.answered(ip, 500).then(
        () => {
          last = Date.now();
        },
        () => undefined,
      );
    }
    return last;
  }
}
