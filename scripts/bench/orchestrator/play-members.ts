import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordWrite } from '../../../common/ports/batch-record-store.ts';
import { getService } from '../../../orchestrator/records/service-view.ts';
import type { OrchestratorWorld } from '../../../test/orchestrator/world.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly creationTimestamp: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface Volume {
  readonly status: { readonly phase?: string };
  readonly spec: { readonly claimRef?: { readonly namespace?: string } };
}

const settleMs = 300_000;

/** Waits until so many pods are Ready and the volumes of the namespace bound: before that the controllers write, and what an operation meets is chance. */
export async function settled({ kube, namespace }: OrchestratorWorld, members: number): Promise<readonly Pod[]> {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const end = performance.now() + settleMs;
  for (;;) {
    const { items } = (await kube.admin('GET', pods)) as { readonly items: readonly Pod[] };
    const volumes = (await kube.admin('GET', '/api/v1/persistentvolumes')) as { readonly items: readonly Volume[] };
    const bound = volumes.items.every(({ spec, status }) => {
      return spec.claimRef?.namespace !== namespace || status.phase === 'Bound';
    });
    const ready = items.filter(isReady).length;
    if (ready === members && items.length === members && bound) return items;
    if (performance.now() > end) {
      const late = items.filter((pod) => !isReady(pod)).map(inWords);
      const unbound = bound ? '' : '; not every volume is bound';
      throw new Error(`${ready} of ${members} pods are Ready after ${settleMs / 1000} s${unbound}: ${late.join('; ')}`);
    }
    await sleep(500 + 10 * members);
  }
}

function inWords({ metadata, spec, status }: Pod): string {
  const conditions = (status.conditions ?? []).filter((one) => one.status !== 'True');
  const why = conditions.map(({ type, message = '' }) => `${type} ${message}`).join(', ');
  return `${metadata.name} on ${spec.nodeName ?? 'no node'}, ${status.phase}: ${why}`;
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** What the members' programs would have done: each pod's address is on its node's interface, and the record says so. kwok's pods run nothing. */
export async function claimAll(world: OrchestratorWorld, service: string, pods: readonly Pod[]): Promise<void> {
  const { operation, ports, cloud, account, namespace } = world;
  const { signal } = operation();
  const { members } = await getService(operation(), service);
  const ips = [...members.values()].map(({ record }) => record.staticIp);
  const [first] = members.values();
  const addresses = await ports.store.addressRecords(first?.record.serviceUuid ?? '', ips, { signal });
  const writes = pods.flatMap(({ metadata, spec }): RecordWrite[] => {
    const ip = [...members.values()].find(({ record }) => record.memberName === metadata.name)?.record.staticIp ?? '';
    const current = addresses.get(ip);
    const instance = account.instances.find(({ interfaces: [eni] }) => spec.nodeName === nodeName(eni?.primaryIp));
    const [eni] = cloud.ec2.interfacesOf(instance?.id ?? '');
    if (current === undefined || instance === undefined || eni === undefined) return [];
    if (!eni.addresses.includes(ip)) cloud.ec2.setAddresses(eni, [...eni.addresses, ip]);
    const owner = {
      namespace,
      podName: metadata.name,
      podUid: metadata.uid,
      podCreatedAt: metadata.creationTimestamp,
      epoch: 1,
      state: 'owned',
      changedAt: new Date().toISOString(),
      phaseMillis: {},
    } as const;
    const next = { ...current.record, instanceId: instance.id, interfaceId: eni.id, owner };
    return [{ op: 'update', kind: 'staticIp', current, next }];
  });
  await ports.store.writeAll(writes, { signal });
}

function nodeName(primaryIp: string | undefined): string {
  return `ip-${primaryIp?.replaceAll('.', '-')}.ec2.internal`;
}
