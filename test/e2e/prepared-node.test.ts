import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { awsConfigFrom } from '../../common/aws/aws-config.ts';
import { FileAccess } from '../../common/k8s/api-access.ts';
import { openOrchestratorPorts } from '../../common/wiring/open-orchestrator-ports.ts';
import { prepareNode } from '../../orchestrator/nodes/prepare-node.ts';
import type { Operation } from '../../orchestrator/operation.ts';
import { linkName } from '../../scripts/rig/network/follow-cloud.ts';
import { startMember, watchMember } from '../../scripts/rig/network/member-traffic.ts';
import { MemoryLog } from '../fakes/memory-log.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, why } from './harness/look.ts';

const begun = await beginEndToEnd('a node with the VPC CNI that firecamp node prepare gives an interface');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const [node, instanceId] = ['node-6', 'i-00000000000000006'];
  const world = await World.start({ kinds: { [node]: { vpcCni: true } } });
  t.teardown(() => world[Symbol.asyncDispose]());

  t.test('what prepare makes is what a claim takes, brings up, and is reached by', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, instanceId);
    t.equal(codeOf(await pod.claim()), 'FC-ENI-005');

    const opened = await openOperation();
    t.teardown(() => opened.close());
    const { cloud, fabric } = world;
    const subnetId = cloud.ec2.interfacesOf(instanceId)[0]?.subnetId ?? '';
    await prepareNode(opened.operation, instanceId, { subnetId });
    const made = cloud.ec2.interfacesOf(instanceId)[1];
    const link = linkName(made?.attachment?.deviceIndex ?? -1);
    await world.settled();

    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    t.equal((await service.record(0)).interfaceId, made?.id);
    await world.settled();
    const ip = service.addresses[0] ?? '';
    const { stdout } = await fabric.run(node, ['ip', '-j', 'address', 'show', 'dev', link]);
    t.match(JSON.parse(stdout), [{ flags: /UP/, addr_info: [{ local: ip, prefixlen: 32 }] }]);
    const member = await startMember(fabric, node, ip, 6379);
    const watch = watchMember(fabric, (await fabric.addClient()).name, ip, 6379);
    await t.resolves(watch.answered(node), 'its answers leave by the same interface, or EC2 would drop them');
    await watch.stop();
    await member.stop();
  });

  /** An operation on this world, of somebody who may do everything. */
  async function openOperation(): Promise<{ readonly operation: Operation; readonly close: () => void }> {
    const { PATH: _path, ...env } = world.nodeEnvironment(instanceId);
    Object.assign(process.env, env);
    const settings = { cluster: 'e2e', namespace: world.namespace, dbType: 'k8sdb', release: '1.0.0' } as const;
    const tokenFile = join(world.dir, 'engineer-token');
    await writeFile(tokenFile, world.api.adminToken);
    const access = new FileAccess(world.api.caFile, tokenFile);
    const { ports, close } = openOrchestratorPorts({
      aws: awsConfigFrom(env),
      cluster: { server: world.api.url, access, context: undefined, namespace: world.namespace },
      settings,
      log: new MemoryLog(),
    });
    const { signal } = new AbortController();
    return { operation: { settings, ports, signal, progress: () => {}, dryRun: 'none' }, close };
  }
}
