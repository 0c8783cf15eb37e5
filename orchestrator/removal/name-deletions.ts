import type { RecordChange, ZoneRecord } from '../../common/ports/hosted-zones.ts';

/** A member's DNS name. */
export interface MemberName {
  /** As Route 53 says it: lower case, without the trailing dot. */
  readonly name: string;
  /** Empty for a member without a static IP, whose name has the address of whatever node it was on last. */
  readonly staticIp: string;
}

export interface NameDeletions {
  readonly changes: readonly RecordChange[];
  /** Names that say what no member of ours would have them say, and what that is. */
  readonly strange: ReadonlyMap<string, string>;
}

/**
 * What is to be deleted of a zone, by what is there now: plain A records of the members' names, those of static members only when they lead
 * to the member's address. All else in the zone is somebody else's.
 */
export function nameDeletions(members: readonly MemberName[], records: readonly ZoneRecord[]): NameDeletions {
  const wanted = new Map(members.map((member) => [member.name, member]));
  const changes: RecordChange[] = [];
  const strange = new Map<string, string>();
  for (const { name, type, address } of records) {
    const member = wanted.get(name);
    if (member === undefined || (type !== 'A' && type !== 'AAAA' && type !== 'CNAME')) continue;
    const values = address?.values.join(', ');
    if (address === undefined)
      strange.set(name, `it is ${type === 'A' ? 'no plain' : `a record of type ${type}, no`} A record`);
    else if (member.staticIp !== '' && values !== member.staticIp) strange.set(name, `it leads to ${values}`);
    else changes.push({ current: address, next: undefined });
  }
  return { changes, strange };
}
