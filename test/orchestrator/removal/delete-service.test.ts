import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import type { Change } from '../../../orchestrator/operation.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { releaseMembers } from '../../../orchestrator/removal/release-members.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { dyingAfterWrite } from '../creation/dying-ports.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { eventually } from '../eventually.ts';
import { addFleet, type OrchestratorWorld, orchestratorWorld, wholeCluster } from '../world.ts';
import { claimAddress } from './claimed.ts';
import { everyObject, wholeAccount } from './everything.ts';

const quick = { terminationGracePeriodSeconds: 1 };

async function interfaceIn({ cloud }: OrchestratorWorld, zone: string): Promise<string> {
  const found = cloud.ec2.interfaces().find((one) => one.zone === zone);
  return found?.id ?? '';
}

/** Pods of the members run, and each has its address at a node of its zone. */
async function runMembers(world: OrchestratorWorld, name: string, replicas: number): Promise<void> {
  await eventually(async () => {
    const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/${name}`;
    const { status } = (await world.kube.admin('GET', path)) as { status: { readyReplicas?: number } };
    if (status.readyReplicas !== replicas) throw new Error(`${status.readyReplicas} are Ready`);
  });
  const { members } = await getService(world.operation(), name);
  for (const { record } of members.values()) {
    await claimAddress(world, record.staticIp, await interfaceIn(world, record.zone));
  }
}

function kindsOf(changes: readonly Change[], action: Change['action']): Record<string, number> {
  const counts = new Map<string, number>();
  for (const change of changes)
    if (change.action === action) counts.set(change.kind, (counts.get(change.kind) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}

test('on a whole control plane with played nodes', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  const { cloud } = world;
  const definition = redisIn(world.settings, quick);

  await t.test('deletes a service so that account, store and namespace are what they were before it', async (t) => {
    const before = { account: wholeAccount(world), objects: await everyObject(world) };
    await createService(world.operation(), definition);
    await runMembers(world, 'redis', 3);
    const planned = await deleteService(world.operation({ dryRun: 'server' }), 'redis', { deleteVolumes: true });
    t.not(cloud.ec2.holderOf('10.0.8.0'), undefined, 'a dry run changes nothing');
    const first = cloud.calls.all().length;
    const { changes } = await deleteService(world.operation(), 'redis', { deleteVolumes: true });
    t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, before);
    const summary = kindsOf(changes, 'delete');
    t.match(summary, { address: 3, 'DNS record': 3, 'hosted zone': 1, volume: 6, 'member record': 3, StatefulSet: 1 });
    t.strictSame(kindsOf(planned.changes, 'delete'), summary, 'the dry run told it');
    t.strictSame(kindsOf(changes, 'keep'), {});
    const calls = cloud.calls.all().slice(first);
    const count = (operation: string) => calls.filter((call) => call.operation === operation).length;
    t.equal(count('UnassignPrivateIpAddresses'), 3, 'one for each interface that held addresses');
    t.equal(count('DescribeNetworkInterfaces'), 2);
    t.equal(count('ChangeResourceRecordSets'), 1);
    t.equal(count('ListResourceRecordSets'), 0);
    t.strictSame(await deleteService(world.operation(), 'redis', { deleteVolumes: true }), { changes: [] });
  });

  await t.test('goes on from wherever it was cut off, to the same end', async (t) => {
    const before = { account: wholeAccount(world), objects: await everyObject(world) };
    await createService(world.operation(), definition);
    await runMembers(world, 'redis', 3);
    const deaths: string[] = [];
    // What was asked to go takes its time: the next run may come while it is still there.
    for (const end = Date.now() + 120_000; Date.now() < end; ) {
      // Each run takes the addresses over anew, as the one before it might still be at work: every second one comes further.
      const again = deaths.at(-1) !== undefined && deaths.at(-1) === deaths.at(-2);
      const dying = dyingAfterWrite(world.ports, again ? 2 : 1);
      const operation = world.operation({ ports: dying.ports });
      const result = await deleteService(operation, 'redis', { deleteVolumes: true }).catch((error: unknown) => error);
      const death = dying.died();
      if (death === undefined) {
        t.match(result, { changes: Array });
        break;
      }
      t.match(result, { message: 'died' });
      deaths.push(death);
    }
    for (const write of ['replace', 'delete', 'writeAll', 'unassign', 'change']) {
      t.ok(
        deaths.some((death) => death.startsWith(`${write} `)),
        `it was cut off after a ${write}`,
      );
    }
    t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, before);
  });

  await t.test('gives up what members had that are scaled away for good, and only then', async (t) => {
    const before = { account: wholeAccount(world), objects: await everyObject(world) };
    await createService(world.operation(), definition);
    await runMembers(world, 'redis', 3);
    const path = `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/redis`;
    const set = (await kube.admin('GET', path)) as { readonly spec: object };
    await kube.admin('PUT', path, { ...set, spec: { ...set.spec, replicas: 1 } });
    const pods = `/api/v1/namespaces/${world.namespace}/pods`;
    await eventually(async () => {
      const { items } = (await kube.admin('GET', pods)) as { readonly items: readonly unknown[] };
      if (items.length !== 1) throw new Error(`${items.length} pods`);
    });
    const { signal } = new AbortController();
    const { attr } = await getService(world.operation(), 'redis');
    if (attr === undefined) throw new Error('it has no attributes');
    await world.ports.store.update('serviceAttr', attr, { ...attr.record, replicas: 1 }, { signal });
    const view = await getService(world.operation(), 'redis');
    const running = { account: wholeAccount(world), objects: await everyObject(world) };
    const kept = await releaseMembers(world.operation(), view, [1, 2], {});
    t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, running);
    t.match(kept[0], { action: 'keep', kind: 'address', name: '10.0.40.0' }, 'the highest ordinal first');
    const changes = await releaseMembers(world.operation(), view, [1, 2], { release: true, deleteVolumes: true });
    t.match(kindsOf(changes, 'delete'), {
      ...{ address: 2, 'DNS record': 2, volume: 4, 'member record': 2 },
      ...{ PersistentVolumeClaim: 4, PersistentVolume: 4, 'config file': 2 },
    });
    t.equal(cloud.ec2.holderOf('10.0.40.0'), undefined);
    t.ok(cloud.ec2.holderOf('10.0.8.0'), 'the member that stays has its address');
    const now = await getService(world.operation(), 'redis');
    t.strictSame([...now.members.keys()], [0]);
    t.strictSame(await releaseMembers(world.operation(), now, [1, 2], { release: true, deleteVolumes: true }), []);
    await deleteService(world.operation(), 'redis', { deleteVolumes: true });
    t.strictSame({ account: wholeAccount(world), objects: await everyObject(world) }, before);
  });
});
