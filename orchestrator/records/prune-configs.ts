import type { ConfigId } from '../../common/domain/records.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import { familyOf, versionOf } from './config-versions.ts';

/**
 * Deletes versions of config files that nobody can need any more: those older than the one in use, but for the one that was in use
 * before, which a pod that starts at this moment may be about to read. Versions that are newer belong to somebody who is changing the
 * service now.
 *
 * @param current every version that a record refers to now, also of members that were scaled away; `before`: until now
 */
export async function pruneConfigs(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  serviceUuid: string,
  current: readonly ConfigId[],
  before: readonly ConfigId[],
): Promise<void> {
  const used = new Map(current.map(({ fileId }) => [familyOf(fileId), versionOf(fileId)]));
  const renewed = before.filter(({ fileId }) => (used.get(familyOf(fileId)) ?? 0) > versionOf(fileId));
  // The first renewal of a file leaves nothing that could go.
  if (renewed.every(({ fileId }) => versionOf(fileId) <= 0)) return;
  const kept = new Set([...current, ...before].map(({ fileId }) => fileId));
  const all = await retried({ ports, signal }, () => ports.store.list('configFile', { serviceUuid }, { signal }));
  const old = all.filter(({ record: { fileId } }) => {
    return !kept.has(fileId) && versionOf(fileId) < (used.get(familyOf(fileId)) ?? 0);
  });
  const deletions = old.map((stored) => ({ op: 'delete' as const, kind: 'configFile' as const, current: stored }));
  if (deletions.length > 0) await ports.store.writeAll(deletions, { signal });
}
