import { md5 } from '../../common/domain/md5.ts';
import type { ConfigFileRecord, ConfigId } from '../../common/domain/records.ts';
import type { Operation } from '../operation.ts';

/** A config file that a service or a member shall have. */
export interface WantedConfig {
  /** Whose it is: the member's name, the service's, or that of the service's templates. */
  readonly prefix: string;
  readonly fileName: string;
  readonly fileMode: number;
  readonly content: string;
  /** The version that is in use; undefined for a new file. */
  readonly current: ConfigId | undefined;
  /** Makes a new version although the content is that of the current one: its mode is another. */
  readonly renew?: boolean;
}

/** Prefix of the ids of a service's templates; no member has it, as a member's ends with its number. */
export function templatePrefix(service: string): string {
  return `${service}-template`;
}

/**
 * Stores what is wanted and not there yet, each as a new version of its file, in batches. Versions are never changed: an id that is taken
 * with another content, by a run that was cut off or another creator, is left and the next one taken; with this content it is accepted.
 *
 * @returns the ids to refer to, in the order of what was wanted
 */
export async function storeConfigs(
  { ports, signal }: Pick<Operation, 'ports' | 'signal'>,
  serviceUuid: string,
  wanted: readonly WantedConfig[],
): Promise<ConfigId[]> {
  const ids = wanted.map(currentId);
  const versions = wanted.map(({ current }) => (current === undefined ? 0 : versionOf(current.fileId) + 1));
  for (;;) {
    const open = wanted.flatMap((one, index) => (ids[index] === undefined ? [{ one, index }] : []));
    if (open.length === 0) return ids.filter((id) => id !== undefined);
    const writes = open.map(({ one, index }) => {
      const record = configRecord(serviceUuid, one, versions[index] ?? 0, ports.clock.wall());
      return { op: 'create' as const, kind: 'configFile' as const, record };
    });
    const outcomes = await ports.store.writeAll(writes, { signal });
    for (const [turn, { one, index }] of open.entries()) {
      const outcome = outcomes[turn];
      const there = outcome && ('done' in outcome ? outcome.done : outcome.met)?.record;
      if (there !== undefined && isSame(there, one)) ids[index] = idOf(there);
      else versions[index] = (versions[index] ?? 0) + 1;
    }
  }
}

/** The current version when it is what is wanted. */
function currentId({ current, content, renew }: WantedConfig): ConfigId | undefined {
  return current !== undefined && renew !== true && current.fileMd5 === md5(content) ? current : undefined;
}

function isSame(there: ConfigFileRecord, { fileName, fileMode, content }: WantedConfig): boolean {
  return there.fileName === fileName && there.fileMode === fileMode && there.content === content;
}

function configRecord(serviceUuid: string, wanted: WantedConfig, version: number, wallMs: number): ConfigFileRecord {
  const { prefix, fileName, fileMode, content } = wanted;
  return {
    serviceUuid,
    fileId: `${prefix}-${md5(fileName)}-${version}`,
    revision: 1n,
    fileName,
    lastModified: nanoseconds(wallMs),
    fileMode,
    fileMd5: md5(content),
    content,
    unknown: {},
  };
}

/** FireCamp's times: nanoseconds since 1970. */
export function nanoseconds(wallMs: number): bigint {
  return BigInt(Math.floor(wallMs)) * 1_000_000n;
}

function idOf({ fileName, fileId, fileMd5 }: ConfigFileRecord): ConfigId {
  return { fileName, fileId, fileMd5 };
}

/** The number at the id's end; an id of another form is followed by version 0, and who meets that goes on. */
export function versionOf(fileId: string): number {
  const [, digits] = /-(\d{1,9})$/.exec(fileId) ?? [];
  return digits === undefined ? -1 : Number(digits);
}

/** What all versions of one file have in common. */
export function familyOf(fileId: string): string {
  return fileId.replace(/-\d{1,9}$/, '');
}
