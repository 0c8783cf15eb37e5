import { recordBatches } from '../../common/domain/record-batches.ts';
import type { RecordChange } from '../../common/ports/hosted-zones.ts';
import { RecordSetConflictError } from '../../common/ports/names.ts';
import { nameTtlSeconds } from '../creation/member-names.ts';
import { type Change, type Operation, step } from '../operation.ts';
import { retried } from '../retried.ts';
import { type MemberName, type NameDeletions, nameDeletions } from './name-deletions.ts';

/** Others that change the same names meanwhile come to an end. */
const maxTurns = 5;

/**
 * Deletes the members' A records in as few batches as Route 53 takes. Names of static members are first taken to be as they were made; the
 * zone is read only where one is not, or where a name follows its node.
 *
 * @returns what was deleted, and names that were left since they lead elsewhere
 */
export async function deleteNames(
  operation: Operation,
  zoneId: string,
  members: readonly MemberName[],
): Promise<Change[]> {
  if (members.length === 0) return [];
  if (operation.dryRun !== 'none') return changesOf(await readDeletions(operation, zoneId, members));
  return await step(operation, { step: 'delete names' }, async () => {
    const done: RecordChange[] = [];
    let left = members.every(({ staticIp }) => staticIp !== '')
      ? { changes: members.map(asMade), strange: new Map<string, string>() }
      : await readDeletions(operation, zoneId, members);
    for (let turn = 0; ; turn++) {
      try {
        for (const batch of recordBatches(left.changes)) {
          await retried(operation, () => operation.ports.zones.change(zoneId, batch, { signal: operation.signal }));
          done.push(...batch);
        }
        return changesOf({ changes: done, strange: left.strange });
      } catch (error) {
        if (!(error instanceof RecordSetConflictError) || turn === maxTurns) throw error;
        left = await readDeletions(operation, zoneId, members);
      }
    }
  });
}

function asMade({ name, staticIp }: MemberName): RecordChange {
  return { current: { name, ttlSeconds: nameTtlSeconds, values: [staticIp] }, next: undefined };
}

async function readDeletions(
  { ports, signal }: Operation,
  zoneId: string,
  members: readonly MemberName[],
): Promise<NameDeletions> {
  const found = [];
  for await (const page of ports.zones.records(zoneId, { signal })) found.push(...page);
  return nameDeletions(members, found);
}

function changesOf({ changes, strange }: NameDeletions): Change[] {
  return [
    ...changes.flatMap(({ current }): Change[] =>
      current === undefined ? [] : [{ action: 'delete', kind: 'DNS record', name: current.name }],
    ),
    ...[...strange].map(([name, detail]): Change => ({ action: 'keep', kind: 'DNS record', name, detail })),
  ];
}
