import type { Test } from 'tap';
import { beginOnCluster } from './harness/begin.ts';

const t = await beginOnCluster('credentials of members, on real kubelets');
if (t) {
  const { memberServiceAccount } = await import('../../orchestrator/manifests/names.ts');
  const { appImageArchive } = await import('../../scripts/rig/app-images.ts');
  const { mustRun } = await import('../../scripts/rig/network/run-command.ts');
  const { startPodIdentityWebhook } = await import('../../scripts/rig/pod-identity-webhook/pod-identity-webhook.ts');
  const { tokenIssuer } = await import('../../scripts/rig/pod-identity-webhook/token-issuer.ts');
  const { startPodIdentityAgent } = await import('../cloud/eks/pod-identity-agent.ts');
  const { eventually } = await import('../e2e/harness/standing.ts');
  const { answeringService } = await import('./harness/answering-service.ts');
  const { ClusterService } = await import('./harness/cluster-service.ts');
  const { installNamespace } = await import('./harness/namespace.ts');
  const { RealCluster } = await import('./harness/real-cluster.ts');
  const { Report } = await import('./harness/report.ts');
  const { memberPolicy, nodeRole, role } = await import('./harness/topology.ts');

  const engineer = 'arn:aws:iam::111122223333:user/simulated';
  const short = { token: 'tok', association: 'id', none: 'bare' } as const;
  const account = (namespace: string) => `system:serviceaccount:${namespace}:${memberServiceAccount}`;
  const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
  const cluster = await RealCluster.start({
    nodes: [{ subnet: 'a' }, { subnet: 'a' }],
    images: [await appImageArchive('tools')],
    topology: async (kube) => {
      const audience = 'sts.amazonaws.com';
      const webIdentity = { ...(await tokenIssuer(kube)), audience, subjects: [account('by-token')] };
      return {
        roles: [
          role(nodeRole, { Version: '2012-10-17', Statement: [] }),
          role('irsa-members', memberPolicy(), { webIdentity }),
          role('associated-members', memberPolicy(), { services: ['pods.eks.amazonaws.com'] }),
        ],
      };
    },
  });
  t.teardown(() => cluster[Symbol.asyncDispose]());
  const { world, kube } = cluster;
  const zones = ['us-east-1a'];
  const namespaces = {
    token: await installNamespace(cluster, 'by-token', 'clouddb', zones, [
      '--member-role-arn',
      roleArn('irsa-members'),
    ]),
    association: await installNamespace(cluster, 'by-association', 'k8sdb', zones),
    none: await installNamespace(cluster, 'by-node', 'k8sdb', zones),
  };
  await startEks();

  await t.test('with IRSA a member claims, moves and releases by the role of its projected token alone', async (t) => {
    await livesBy(t, 'token', /^arn:aws:sts::111122223333:assumed-role\/irsa-members\/firecamp-\d+$/);
    const exchanged = world.cloud.calls.of('sts', 'AssumeRoleWithWebIdentity');
    t.ok(exchanged.length > 0 && exchanged.every(({ errorCode }) => errorCode === undefined), 'STS took the token');
  });

  await t.test('with EKS Pod Identity it does so by the role of its association', async (t) => {
    await livesBy(
      t,
      'association',
      /^arn:aws:sts::111122223333:assumed-role\/associated-members\/eks-e2e-id-(name-)?0-/,
    );
  });

  await t.test('a member with neither is refused as the nodes’ role, and says so', async (t) => {
    const from = mark();
    const service = await created('none');
    const message = await eventually(
      'its claim has failed',
      async () => {
        const { state, lastState } = (await service.container(0, 'memberinit')) ?? {};
        return (state?.terminated ?? lastState?.terminated)?.message;
      },
      60_000,
    );
    t.match(message, /FC-AWS-001/);
    t.match(message, /ec2:Describe/, 'with the first action that is missing');
    t.match(signers(from), [/^arn:aws:sts::111122223333:assumed-role\/e2e-node\/i-0+[12]$/]);
    const ip = service.addresses[0] ?? '';
    t.equal(world.cloud.ec2.holderOf(ip), undefined, 'nothing came of it');
    await service.firecamp('delete', service.name, '--yes');
  });

  /** A member's life: made, moved to the other node, and deleted, all of it by one role; and one that has a name alone. */
  async function livesBy(t: Test, how: keyof typeof namespaces, signer: RegExp) {
    const report = new Report(t, `a member’s life by ${how}`);
    const from = mark();
    const [service, named] = await Promise.all([created(how), created(how, false)]);
    await report.phase('until both are Ready and every layer agrees', async () => {
      await Promise.all([service.agree([0]), named.agree([0])]);
    });
    const ip = service.addresses[0] ?? '';
    const node = (await service.truth(0)).pod?.node ?? '';
    await cluster.nodeObjects.cordon(node);
    await service.deletePod(0);
    await report.phase('until it is so on the other node', async () => {
      await eventually('it has moved', async () => ![node, undefined].includes((await service.truth(0)).ec2), 60_000);
      await service.agree([0]);
    });
    await cluster.nodeObjects.uncordon(node);
    t.not((await service.truth(0)).pod?.node, node);
    await report.phase('firecamp delete', async () => {
      await Promise.all([service, named].map(({ name }) => service.firecamp('delete', name, '--yes')));
    });
    t.equal(world.cloud.ec2.holderOf(ip), undefined);
    t.ok(
      signers(from).every((arn) => signer.test(arn)),
      `one role alone has changed anything: ${signers(from)}`,
    );
    const done = new Set(membersCalls(from).map(({ operation }) => operation));
    for (const operation of ['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses', 'ChangeResourceRecordSets']) {
      t.ok(done.has(operation), operation);
    }
  }

  async function created(how: keyof typeof namespaces, staticIp = true) {
    const name = staticIp ? short[how] : `${short[how]}-name`;
    const file = answeringService({ name, replicas: 1, staticIp }, staticIp ? 7_000 : 7_001);
    return await ClusterService.create(cluster, namespaces[how], file);
  }

  function mark(): number {
    return world.cloud.calls.all().at(-1)?.id ?? 0;
  }

  /** The calls since then to EC2 and Route 53, but for those of the engineer, of CoreDNS, and of nobody. */
  function membersCalls(since: number) {
    return world.cloud.calls.all(
      ({ id, service, principal }) =>
        id > since && ['ec2', 'route53'].includes(service) && principal !== undefined && principal !== engineer,
    );
  }

  function signers(since: number): string[] {
    return [...new Set(membersCalls(since).map(({ principal = '' }) => principal))];
  }

  /** What EKS has beside the nodes: the webhook that gives pods their tokens, and Pod Identity's agent, here one for all nodes. */
  async function startEks() {
    const [host, namespace] = ['169.254.170.23', namespaces.association.name];
    const association = { namespace, serviceAccount: memberServiceAccount, roleArn: roleArn('associated-members') };
    const associations = [association];
    await mustRun(['ip', 'address', 'add', `${host}/32`, 'dev', 'lo']);
    const eks = { name: 'e2e', ...(await tokenIssuer(kube)), associations };
    const agent = await startPodIdentityAgent(world.cloud, eks, { host, port: 80 });
    cluster.closing.defer(() => agent.close());
    const podIdentity = { agentUrl: `http://${host}/v1/credentials`, associations };
    const all = Object.values(namespaces).map(({ name }) => name);
    cluster.closing.use(await startPodIdentityWebhook({ api: kube, namespaces: all, podIdentity }));
  }
}
