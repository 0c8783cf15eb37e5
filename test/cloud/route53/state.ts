import type { Clock } from '../clock.ts';
import type { Topology } from '../topology.ts';
import { apexRecords } from './apex-records.ts';
import { applyBatch, type BatchOutcome, type Change } from './change-batch.ts';
import type { ChangeInfo, HostedZone, RecordsChanged, ZoneVpc } from './model.ts';
import { compareNames, normaliseName } from './names.ts';
import { compareRecords, type RecordSet, type RecordSets, recordKey } from './records.ts';

interface StoredChange {
  readonly id: string;
  readonly submittedAt: number;
  readonly insyncAt: number;
  readonly comment: string | undefined;
  /** the zone as it is after this change */
  readonly records: RecordSets;
}

interface StoredZone {
  zone: HostedZone;
  records: RecordSets;
  /** what the DNS servers answered before the first of `changes` */
  base: RecordSets;
  changes: StoredChange[];
  tags: Map<string, string>;
  busyUntil: number;
}

/**
 * What Route 53 knows, in two views: what the API says (at once) and what the DNS servers answer (after `insyncMs`).
 * Time is read from the clock when somebody asks, so there is no timer to wait for or to close.
 */
export class Route53State {
  /** From a change's acceptance to INSYNC, ms; Infinity = never. Read when the change is made. */
  insyncMs = 500;
  /** How long an accepted change keeps its zone busy (PriorRequestNotComplete), ms. No figure is published. */
  busyMs = 0;
  readonly #zones = new Map<string, StoredZone>();
  readonly #changes = new Map<string, StoredChange>();
  readonly #references = new Set<string>();
  readonly #listeners = new Set<(event: RecordsChanged) => void>();
  readonly #clock: Clock;
  readonly #vpcsWithDns: ReadonlySet<string>;
  #sequence = 0;

  constructor(topology: Topology, clock: Clock) {
    this.#clock = clock;
    const withDns = topology.vpcs.filter((vpc) => vpc.enableDnsHostnames !== false && vpc.enableDnsSupport !== false);
    this.#vpcsWithDns = new Set(withDns.map(({ id }) => id));
    for (const { id, name, privateZone, vpcIds, records } of topology.hostedZones ?? []) {
      const vpcs = vpcIds.map((vpcId) => ({ vpcId, region: topology.region }));
      this.addZone(
        { id, name, privateZone, callerReference: `topology-${id}`, comment: undefined, vpcs },
        records ?? [],
      );
    }
  }

  /**
   * Does the VPC's resolver answer from private zones? It needs enableDnsHostnames and enableDnsSupport (Developer
   * Guide, "Considerations when working with a private hosted zone").
   */
  servesPrivateZones(vpcId: string): boolean {
    return this.#vpcsWithDns.has(vpcId);
  }

  /** All zones, by name and then by id. */
  zones(): readonly HostedZone[] {
    return [...this.#zones.values()]
      .map(({ zone }) => zone)
      .sort((a, b) => compareNames(a.name, b.name) || (a.id < b.id ? -1 : 1));
  }

  zone(zoneId: string): HostedZone | undefined {
    return this.#zones.get(zoneId)?.zone;
  }

  /** What ListResourceRecordSets says now, in its order. Throws when there is no such zone. */
  records(zoneId: string): readonly RecordSet[] {
    return sorted(this.#stored(zoneId).records);
  }

  /** What every DNS server of the zone answers now: the changes that are INSYNC. Throws when there is no such zone. */
  served(zoneId: string): readonly RecordSet[] {
    const stored = this.#stored(zoneId);
    const arrived = stored.changes.filter(({ insyncAt }) => insyncAt <= this.#clock.now()).at(-1);
    return sorted(arrived?.records ?? stored.base);
  }

  /** Calls the listener at each accepted batch; returns the way to stop that. */
  onChange(listener: (event: RecordsChanged) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes a zone with its SOA and NS and the given records, all of them served at once. */
  addZone(zone: Omit<HostedZone, 'id'> & { readonly id?: string }, records: readonly RecordSet[] = []): HostedZone {
    this.#references.add(zone.callerReference);
    const named = { ...zone, id: zone.id ?? this.#newId('Z'), name: normaliseName(zone.name) };
    const all = [...apexRecords(named.name, named.privateZone), ...records];
    const base = new Map(all.map((record) => ({ ...record, name: normaliseName(record.name) })).map(keyed));
    this.#zones.set(named.id, { zone: named, records: base, base, changes: [], tags: new Map(), busyUntil: 0 });
    return named;
  }

  /** Was a zone ever made with this caller reference? */
  wasUsed(callerReference: string): boolean {
    return this.#references.has(callerReference);
  }

  /** Forgets a zone and its changes' effects; GetChange still knows them. */
  removeZone(zoneId: string): void {
    this.#zones.delete(zoneId);
  }

  setVpcs(zoneId: string, vpcs: readonly ZoneVpc[]): void {
    const stored = this.#stored(zoneId);
    stored.zone = { ...stored.zone, vpcs };
  }

  /** The zone's tags, to be read and changed. */
  tags(zoneId: string): Map<string, string> {
    return this.#stored(zoneId).tags;
  }

  /** Is an earlier change of the zone still being processed? */
  isBusy(zoneId: string): boolean {
    return this.#clock.now() < this.#stored(zoneId).busyUntil;
  }

  /**
   * Applies a batch, whole or not at all. The API shows it at once, the DNS servers when it is INSYNC, never before
   * an earlier change of the zone.
   */
  change(
    zoneId: string,
    changes: readonly Change[],
    comment?: string,
  ): { readonly outcome: BatchOutcome; readonly info?: ChangeInfo } {
    const stored = this.#stored(zoneId);
    const outcome = applyBatch(stored.zone.name, stored.records, changes);
    if (!outcome.ok) return { outcome };
    stored.records = outcome.records;
    const now = this.#clock.now();
    stored.busyUntil = now + this.busyMs;
    const insyncAt = Math.max(now + this.insyncMs, stored.changes.at(-1)?.insyncAt ?? 0);
    const change = this.#remember({ submittedAt: now, insyncAt, comment, records: outcome.records });
    this.#compact(stored, now);
    stored.changes.push(change);
    for (const listener of this.#listeners) listener({ zoneId, changeId: change.id, changes, insyncAt });
    return { outcome, info: this.#info(change) };
  }

  /** A change that touches no record (zone made, VPC associated), for GetChange. */
  emptyChange(): ChangeInfo {
    const now = this.#clock.now();
    const change = { submittedAt: now, insyncAt: now + this.insyncMs, comment: undefined, records: new Map() };
    return this.#info(this.#remember(change));
  }

  changeInfo(changeId: string): ChangeInfo | undefined {
    const change = this.#changes.get(changeId);
    return change === undefined ? undefined : this.#info(change);
  }

  #info({ id, submittedAt, insyncAt, comment }: StoredChange): ChangeInfo {
    return { id, submittedAt, comment, status: insyncAt <= this.#clock.now() ? 'INSYNC' : 'PENDING' };
  }

  #remember(change: Omit<StoredChange, 'id'>): StoredChange {
    const stored = { ...change, id: this.#newId('C') };
    this.#changes.set(stored.id, stored);
    return stored;
  }

  /** Folds changes that everybody sees into the base, so that a long run does not keep every version of a zone. */
  #compact(stored: StoredZone, now: number): void {
    const pending = stored.changes.findIndex(({ insyncAt }) => insyncAt > now);
    const arrived = stored.changes.splice(0, pending === -1 ? stored.changes.length : pending);
    stored.base = arrived.at(-1)?.records ?? stored.base;
  }

  #stored(zoneId: string): StoredZone {
    const stored = this.#zones.get(zoneId);
    if (stored === undefined)
      throw new Error(`no hosted zone ${zoneId}; there are: ${[...this.#zones.keys()].join(', ')}`);
    return stored;
  }

  #newId(prefix: string): string {
    this.#sequence += 1;
    return `${prefix}${this.#sequence.toString(36).toUpperCase().padStart(20, '0')}`;
  }
}

// Every DNS question asks for the zone in order, and a version of a zone never changes.
const inOrder = new WeakMap<RecordSets, readonly RecordSet[]>();

function sorted(records: RecordSets): readonly RecordSet[] {
  const known = inOrder.get(records) ?? [...records.values()].sort(compareRecords);
  inOrder.set(records, known);
  return known;
}

function keyed(record: RecordSet): [string, RecordSet] {
  return [recordKey(record), record];
}
