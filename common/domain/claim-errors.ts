import { FirecampError } from './errors.ts';
import type { StaticIpRecord } from './records.ts';

/** Whom the record names, in words. */
export function describeOwner(record: StaticIpRecord | undefined): string {
  const owner = record?.owner;
  if (record === undefined || owner === undefined) return 'nobody';
  return `pod ${owner.namespace}/${owner.podName} (UID ${owner.podUid}, created ${owner.podCreatedAt}) on ${record.instanceId}, epoch ${owner.epoch}, ${owner.state}`;
}

function ownerFields(record: StaticIpRecord | undefined) {
  return {
    ip: record?.ip,
    winnerPod: record?.owner?.podUid,
    winnerInstance: record?.instanceId,
    winnerEpoch: record?.owner?.epoch,
  };
}

/** Another claim of the same member won; `winner` is the record that says so (undefined: the record was deleted). */
export class ClaimRaceLostError extends FirecampError {
  readonly winner: StaticIpRecord | undefined;

  constructor(ip: string, winner: StaticIpRecord | undefined) {
    super('FC-CLM-001', `The claim of ${ip} was lost; it is now recorded for ${describeOwner(winner)}.`, {
      fields: ownerFields(winner),
    });
    this.winner = winner;
  }
}

/** The recorded owner's pod is newer than ours: an older pod never wins. */
export class SupersededError extends FirecampError {
  constructor(record: StaticIpRecord, podCreatedAt: string) {
    super(
      'FC-CLM-002',
      `This pod (created ${podCreatedAt}) is older than the owner of ${record.ip}: ${describeOwner(record)}.`,
      {
        fields: ownerFields(record),
      },
    );
  }
}

/** Whether our pod may claim cannot be told without the API server, and the record does not name it already. */
export class PodUnknownError extends FirecampError {
  constructor(record: StaticIpRecord, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      'FC-CLM-003',
      `The API server did not tell whether this pod may claim ${record.ip} (${why}), and the record names another owner: ${describeOwner(record)}.`,
      { fields: ownerFields(record), cause },
    );
  }
}

/** Our own pod is gone, replaced, ending or over: it must not claim. */
export class PodGoneError extends FirecampError {
  constructor(pod: string, why: string) {
    super('FC-CLM-004', `Pod ${pod} must not claim: ${why}.`, { fields: { pod } });
  }
}
