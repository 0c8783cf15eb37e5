import { isWithin, nameFault } from './names.ts';
import { RECORD_TYPES, type RecordSet, type RecordSets, recordKey, sameValues, valueFault } from './records.ts';

export interface Change {
  readonly action: 'CREATE' | 'DELETE' | 'UPSERT';
  readonly record: RecordSet;
}

export type BatchOutcome =
  | { readonly ok: true; readonly records: RecordSets }
  | { readonly ok: false; readonly messages: readonly string[] };

/** ResourceRecord elements a request may have. Source: Developer Guide, "Quotas", ChangeResourceRecordSets. */
const MAX_ELEMENTS = 1_000;
/** Characters of all Value elements of a request. Source: the same table. */
const MAX_CHARACTERS = 32_000;

/**
 * Applies a batch to a zone's record sets, whole or not at all, without touching what it was given.
 *
 * All changes succeed or none does; DELETE needs the name, type, TTL and every value that are there now; CREATE
 * refuses a name and type that exist; UPSERT makes or replaces. Source: Route 53 API reference,
 * ChangeResourceRecordSets ("change batch", "Action"). The texts of the messages are those that the service has
 * been seen to send (kubernetes-sigs/external-dns #732, boto/boto #2887, DNSControl #493).
 */
export function applyBatch(zoneName: string, current: RecordSets, changes: readonly Change[]): BatchOutcome {
  const overLimit = limitFault(changes);
  if (overLimit !== undefined) return { ok: false, messages: [overLimit] };
  const records = new Map(current);
  const messages = changes.flatMap((change) => {
    const fault = changeFault(zoneName, records, change);
    if (fault !== undefined) return [fault];
    if (change.action === 'DELETE') records.delete(recordKey(change.record));
    else records.set(recordKey(change.record), change.record);
    return [];
  });
  if (messages.length === 0) messages.push(...zoneFaults(zoneName, records));
  return messages.length === 0 ? { ok: true, records } : { ok: false, messages };
}

/** UPSERT counts each element and each character twice (Developer Guide, "Quotas", ChangeResourceRecordSets). */
function limitFault(changes: readonly Change[]): string | undefined {
  let elements = 0;
  let characters = 0;
  for (const { action, record } of changes) {
    const weight = action === 'UPSERT' ? 2 : 1;
    elements += weight * record.values.length;
    characters += weight * record.values.reduce((sum, value) => sum + value.length, 0);
  }
  if (elements > MAX_ELEMENTS) return `Number of records limit of ${MAX_ELEMENTS} exceeded.`;
  if (characters > MAX_CHARACTERS) return `Number of characters limit of ${MAX_CHARACTERS} exceeded.`;
  return undefined;
}

function changeFault(zoneName: string, records: RecordSets, { action, record }: Change): string | undefined {
  const known = records.get(recordKey(record));
  const label = `[name='${record.name}', type='${record.type}']`;
  if (action === 'DELETE') {
    if (known === undefined) return `Tried to delete resource record set ${label} but it was not found`;
    if (known.ttl === record.ttl && sameValues(known.values, record.values)) return undefined;
    return `Tried to delete resource record set ${label} but the values provided do not match the current values`;
  }
  const invalid = recordFault(zoneName, record);
  if (invalid !== undefined) return invalid;
  if (action === 'CREATE' && known !== undefined) {
    return `Tried to create resource record set ${label} but it already exists`;
  }
  return conflict(zoneName, records, record);
}

function recordFault(zoneName: string, record: RecordSet): string | undefined {
  if (!isWithin(record.name, zoneName)) {
    return `RRSet with DNS name ${record.name} is not permitted in zone ${zoneName}`;
  }
  const invalidName = nameFault(record.name);
  if (invalidName !== undefined) return `FATAL problem: ${invalidName} encountered with '${record.name}'`;
  if (!RECORD_TYPES.includes(record.type)) return `Invalid Resource Record Set Type: ${record.type}`;
  const bad = record.values.find((value) => valueFault(record.type, value) !== undefined);
  if (bad !== undefined) {
    return `Invalid Resource Record: FATAL problem: ${valueFault(record.type, bad)} encountered with '${bad}'`;
  }
  if (new Set(record.values).size !== record.values.length) {
    return `Duplicate Resource Record: '${record.values.find((v, i) => record.values.indexOf(v) !== i)}'`;
  }
  return undefined;
}

/** A CNAME stands alone at its name and never at the apex (RFC 1034, section 3.6.2; Developer Guide, "CNAME"). */
function conflict(zoneName: string, records: RecordSets, record: RecordSet): string | undefined {
  if (record.type === 'CNAME') {
    if (record.name === zoneName) {
      return `RRSet of type CNAME with DNS name ${record.name} is not permitted at apex in zone ${zoneName}`;
    }
    const other = [...records.values()].some(({ name, type }) => name === record.name && type !== 'CNAME');
    if (!other) return undefined;
  } else if (!records.has(recordKey({ name: record.name, type: 'CNAME' }))) return undefined;
  return (
    `RRSet of type ${record.type} with DNS name ${record.name} is not permitted as it conflicts with other ` +
    `records with the same DNS name in zone ${zoneName}`
  );
}

/** A zone keeps its SOA and apex NS. Source: Developer Guide, "NS and SOA records that Route 53 creates". */
function zoneFaults(zoneName: string, records: RecordSets): string[] {
  const faults: string[] = [];
  if (!records.has(recordKey({ name: zoneName, type: 'SOA' }))) {
    faults.push('A HostedZone must contain exactly one SOA record.');
  }
  if (!records.has(recordKey({ name: zoneName, type: 'NS' }))) {
    faults.push('A HostedZone must contain at least one NS record for the zone itself.');
  }
  return faults;
}
