import { judgeHolder } from '../../common/domain/address-holder.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';

/** An address that somebody holds in EC2. */
export interface Holding {
  readonly ip: string;
  readonly holder: NetworkInterface;
}

/** Who holds what, by what may be done about it. */
export interface Holdings {
  /** By interface of this cluster, its addresses that are to be taken off. */
  readonly ours: ReadonlyMap<string, readonly string[]>;
  /** Addresses that nobody may take away, and why. */
  readonly strangers: ReadonlyMap<string, string>;
}

/** Judges the holders as a claim does: an interface that the record names or named, or one tagged for this cluster, is ours; no other. */
export function judgeHoldings(
  records: ReadonlyMap<string, StaticIpRecord>,
  holdings: readonly Holding[],
  cluster: string,
): Holdings {
  const ours = new Map<string, string[]>();
  const strangers = new Map<string, string>();
  for (const { ip, holder } of holdings) {
    const record = records.get(ip);
    if (record === undefined) continue;
    const why = refusal(record, holder, cluster);
    if (why !== undefined) strangers.set(ip, why);
    else ours.set(holder.id, [...(ours.get(holder.id) ?? []), ip]);
  }
  return { ours, strangers };
}

function refusal(record: StaticIpRecord, holder: NetworkInterface, cluster: string): string | undefined {
  try {
    judgeHolder(holder, record, cluster, record.interfaceId);
    return undefined;
  } catch (error) {
    if (!(error instanceof FirecampError)) throw error;
    return error.message;
  }
}
