import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { createService } from '../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../orchestrator/creation/scale-service.ts';
import { readServiceFile } from '../../orchestrator/definition/read-service-file.ts';
import { startService } from '../../orchestrator/presence/start-service.ts';
import { stopService } from '../../orchestrator/presence/stop-service.ts';
import { deleteService } from '../../orchestrator/removal/delete-service.ts';
import { beginEndToEnd } from './harness/begin.ts';
import type { OrchestratedWorld } from './harness/orchestrated-world.ts';
import type { ServiceLife } from './harness/service-life.ts';

const begun = await beginEndToEnd('a service of the orchestrator, claimed by the real programs');
const rig = begun && (await import('../../scripts/rig/requirements.ts'));
if (begun && (await rig?.needs(begun.t, 'kube-cluster'))) {
  const { t } = begun;
  const { startOrchestratedWorld } = await import('./harness/orchestrated-world.ts');
  const { openServiceLife } = await import('./harness/service-life.ts');
  const all = await startOrchestratedWorld();
  t.teardown(() => all[Symbol.asyncDispose]());
  const client = await all.world.fabric.addClient('outside');

  for (const dbType of ['clouddb', 'k8sdb'] as const) {
    await t.test(
      `a created service lives as its manifests say, from its records in ${dbType} to its end`,
      async (t) => {
        const life = openServiceLife(all, dbType, 'store', client.name);
        t.teardown(() => life.end());
        const before = await life.listing();
        const { settings } = life.orchestrator;
        const definition = readServiceFile(serviceFile(settings), { file: 'store.yaml', release: '1.0.0' });
        await createService(life.operation(), definition);
        const ips = await claimedMembers(t, life);
        await moveMember(t, life, ips, all);
        await stopAndStart(t, life);
        await scaleDownAndUp(t, life, ips);
        await deleteService(life.operation(), 'store', { deleteVolumes: true });
        t.strictSame(await life.listing(), before, 'account, stores, namespace and hosts are as before');
        t.strictSame(life.kubelets.complaints(), []);
      },
    );
  }

  await t.test('names of members without addresses follow their pods, and go with the service', async (t) => {
    const life = openServiceLife(all, 'k8sdb', 'named', client.name);
    t.teardown(() => life.end());
    const before = await life.listing();
    const definition = readServiceFile(namesOnly(life.orchestrator), { file: 'named.yaml', release: '1.0.0' });
    await createService(life.operation(), definition);
    await namesLead(t, life);
    const { before: left, after } = await moveAway(life, 'named-0', all);
    await namesLead(t, life);
    t.not(after.node, left.node);
    await stopService(life.operation(), 'named');
    t.strictSame(life.kubelets.complaints(), []);
    await deleteService(life.operation(), 'named');
    t.strictSame(await life.listing(), before, 'account, stores, namespace and hosts are as before');
  });
}

/** Each name has the address of the node where the member's pod is. */
async function namesLead(t: Test, life: ServiceLife) {
  const { members } = await life.healthy(2);
  const { instances } = life.orchestrator.account;
  for (const { name, ordinal, pod, dns, agrees } of members) {
    const { node } = life.kubelets.latest(name);
    const address = instances.find(({ id }) => id === instanceOf(node))?.interfaces[0]?.primaryIp;
    t.match(pod, { value: { node, hostIp: address } }, name);
    t.strictSame(dns, { value: [address] }, name);
    t.equal(agrees, 'True', name);
    t.equal(await life.conf(ordinal, 'who.conf'), `${name}.e2e-firecamp.com\n`);
  }
}

function namesOnly({ namespace }: { readonly namespace: string }): string {
  return `cluster: e2e
namespace: ${namespace}
dbType: k8sdb
name: named
replicas: 2
zones: [us-east-1a, us-east-1b]
image: localhost/none
configFiles:
  - name: who.conf
    content: |
      {{member.dnsName}}
`;
}

function serviceFile({ namespace, dbType }: { readonly namespace: string; readonly dbType: string }): string {
  return `cluster: e2e
namespace: ${namespace}
dbType: ${dbType}
name: store
replicas: 3
zones: [us-east-1a, us-east-1b]
image: localhost/none
staticIp: true
ports:
  - name: main
    containerPort: 6379
dataVolume:
  volumeType: gp3
  sizeGb: 10
configFiles:
  - name: member.conf
    mode: "0640"
    content: |
      bind {{member.staticIp}}
      port {{port.main}}
      name {{member.dnsName}}
      peers {{peers.staticIps}}
  - name: shared.conf
    content: |
      cluster {{service.cluster}}
      members {{members.staticIps}}
`;
}

/** Each member is claimed where its pod is, with files of its own values; their addresses by ordinal. */
async function claimedMembers(t: Test, life: ServiceLife): Promise<string[]> {
  const { members, summary } = await life.healthy(3);
  t.equal(summary, 'Healthy: 3 of 3 members');
  const ips = members.map(({ staticIp = '' }) => staticIp);
  t.match(ips, [/^10\.0\.1\./, /^10\.0\.2\./, /^10\.0\.1\./], 'two zones in turn');
  for (const { ordinal, pod, record, holder, staticIp, agrees } of members) {
    const { name, node, dataDir, uid } = life.kubelets.latest(`store-${ordinal}`);
    t.match(pod, { value: { name, uid, node, ready: true } });
    t.match(record, { value: { state: 'owned', epoch: 1, ownerPodUid: uid } }, name);
    t.match(holder, { value: { instanceId: instanceOf(node) } }, name);
    t.equal(agrees, 'True', name);
    t.equal(await life.conf(ordinal, 'firecamp-service-staticip'), staticIp);
    const peers = ips.filter((ip) => ip !== staticIp).join(',');
    const own = `bind ${staticIp}\nport 6379\nname ${name}.e2e-firecamp.com\npeers ${peers}\n`;
    t.equal(await life.conf(ordinal, 'member.conf'), own);
    t.equal((await stat(join(dataDir, 'conf', 'member.conf'))).mode & 0o777, 0o640);
    t.equal(await life.conf(ordinal, 'shared.conf'), `cluster e2e\nmembers ${ips.join(',')}\n`);
  }
  await life.reached(ips);
  return ips;
}

/** Ends the pod; the member goes on elsewhere. */
async function moveAway(life: ServiceLife, member: string, { kube }: OrchestratedWorld) {
  const before = life.kubelets.latest(member);
  const cordon = async (unschedulable: boolean) => {
    const path = `/api/v1/nodes/${before.node}`;
    const now = (await kube.admin('GET', path)) as { readonly spec: object };
    await kube.admin('PUT', path, { ...now, spec: { ...now.spec, unschedulable } });
  };
  await cordon(true);
  await kube.admin('DELETE', `/api/v1/namespaces/${life.orchestrator.namespace}/pods/${member}`);
  await life.kubelets.successor(before);
  await cordon(false);
  return { before, after: life.kubelets.latest(member) };
}

async function moveMember(t: Test, life: ServiceLife, ips: readonly string[], all: OrchestratedWorld) {
  const { before, after } = await moveAway(life, 'store-0', all);
  const { members } = await life.healthy(3);
  t.not(after.node, before.node);
  const ended = before.ends.map(([container, { code }]) => `${container} ${code}`);
  t.strictSame(ended, ['memberinit-store 0', 'memberstop-store 0']);
  const instanceId = instanceOf(after.node);
  t.match(members[0], { record: { value: { epoch: 2, instanceId } }, holder: { value: { instanceId } } });
  await life.reached(ips);
}

async function stopAndStart(t: Test, life: ServiceLife) {
  await stopService(life.operation(), 'store');
  const stopped = await life.status();
  t.match(stopped, { running: 0, desired: 0, stoppedFrom: 3 });
  for (const { name, record, holder, agrees } of stopped.members) {
    t.match(record, { value: { state: 'released' } }, name);
    t.strictSame(holder, { value: undefined }, name);
    t.equal(agrees, 'True', name);
  }
  await startService(life.operation(), 'store');
  await life.healthy(3);
}

async function scaleDownAndUp(t: Test, life: ServiceLife, ips: readonly string[]) {
  await scaleService(life.operation(), 'store', 2, { release: true, deleteVolumes: true });
  const two = await life.healthy(2);
  t.equal(two.members.length, 2);
  t.equal(life.orchestrator.cloud.ec2.holderOf(ips[2] ?? ''), undefined);
  await scaleService(life.operation(), 'store', 3);
  const three = await life.healthy(3);
  t.match(three.members[2], { staticIp: ips[2], record: { value: { epoch: 1 } } }, 'a new member of that name');
  t.equal(await life.conf(2, 'shared.conf'), `cluster e2e\nmembers ${ips.join(',')}\n`);
  await life.reached(ips);
}

function instanceOf(node: string): string {
  return `i-0000000000000000${node.replace('node-', '')}`;
}
