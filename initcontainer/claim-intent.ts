import { rememberInterface, type SeenRecord, writeOwner } from '../common/address/address-record.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import type { ClaimPlan } from '../common/domain/claim-plan.ts';
import type { AddressOwner, StaticIpRecord } from '../common/domain/records.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { RecordConflictError, type Stored } from '../common/ports/record-store.ts';

/** Who claims, as the record will name it. */
export interface ClaimIdentity {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly podCreatedAt: string;
  readonly instanceId: string;
  readonly zone: string;
}

/** A record that names us as the owner. */
export type OwnedRecord = StaticIpRecord & { readonly owner: AddressOwner };

/**
 * The claim's intent: compare-and-set of the record to us under the next epoch, `claiming`. Nothing else has been touched yet, and a lost
 * race leaves everything as it was.
 *
 * @throws ClaimRaceLostError that names the winner
 */
export async function writeIntent(
  ports: MemberPorts,
  seen: SeenRecord,
  plan: ClaimPlan,
  who: ClaimIdentity,
  signal: AbortSignal,
): Promise<{ readonly seen: SeenRecord; readonly record: OwnedRecord }> {
  const before = seen.stored.record;
  const record: OwnedRecord = {
    ...before,
    zone: who.zone,
    instanceId: who.instanceId,
    interfaceId: plan.target.id,
    pastInterfaceIds: rememberInterface(before, plan.target.id),
    owner: {
      namespace: who.namespace,
      podName: who.podName,
      podUid: who.podUid,
      podCreatedAt: who.podCreatedAt,
      epoch: plan.epoch,
      state: 'claiming',
      changedAt: new Date(ports.clock.wall()).toISOString(),
      phaseMillis: {},
    },
  };
  try {
    return { seen: await writeOwner(ports, seen, record, signal), record };
  } catch (error) {
    throw asLostRace(before.ip, error);
  }
}

/** A lost compare-and-set of the address record as the lost race that it is; anything else as it came. */
export function asLostRace(ip: string, error: unknown): unknown {
  if (!(error instanceof RecordConflictError)) return error;
  const winner = error.current as Stored<StaticIpRecord> | undefined;
  return new ClaimRaceLostError(ip, winner?.record);
}
