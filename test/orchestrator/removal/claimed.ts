import type { AddressOwner, ClaimState } from '../../../common/domain/records.ts';
import type { OrchestratorWorld } from '../world.ts';

const signal = new AbortController().signal;

/** The member's pod has claimed its address on this interface: the record names it as the owner, and EC2 has it there. */
export async function claimAddress(
  { ports, cloud, namespace }: OrchestratorWorld,
  ip: string,
  interfaceId: string,
  state: ClaimState = 'owned',
): Promise<void> {
  const current = await ports.store.get('staticIp', { ip }, { signal });
  const owner: AddressOwner = {
    namespace,
    podName: `of-${ip}`,
    podUid: `uid-of-${ip}`,
    podCreatedAt: '2026-11-22T05:00:00Z',
    epoch: 7,
    state,
    changedAt: '2026-11-22T05:00:03.250Z',
    phaseMillis: {},
  };
  const holder = cloud.ec2.interface(interfaceId);
  const instanceId = holder?.attachment?.instanceId ?? '';
  await ports.store.update('staticIp', current, { ...current.record, owner, interfaceId, instanceId }, { signal });
  holdAddress({ cloud }, ip, interfaceId);
}

/** EC2 has the address on this interface, whatever the records say. */
export function holdAddress(
  { cloud: { ec2 } }: Pick<OrchestratorWorld, 'cloud'>,
  ip: string,
  interfaceId: string,
): void {
  const holder = ec2.interface(interfaceId);
  if (holder === undefined) throw new Error(`no interface ${interfaceId}`);
  ec2.setAddresses(holder, [...holder.addresses, ip]);
}
