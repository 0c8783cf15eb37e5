import { checkConfigFile } from '../common/domain/config-file-rules.ts';
import { FirecampError } from '../common/domain/errors.ts';
import type { ConfigFileRecord, ConfigId } from '../common/domain/records.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { defaultRetry, retryTransient } from '../common/runtime/retry.ts';
import { together } from '../common/runtime/together.ts';

/** What happened to the member's config files. */
export interface ConfigFilesResult {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Reads the config files that the service and the member name; the member's own stands before the service's of the same name. Fetching is
 * apart from writing so that it can run beside the claim, while nothing is written before the claim is done.
 *
 * @throws FirecampError FC-REC-002, or FC-FIL-002 for a file that may not be written so: known before anything is touched
 */
export async function fetchConfigFiles(
  ports: Pick<MemberPorts, 'store' | 'clock' | 'random'>,
  serviceUuid: string,
  ids: readonly ConfigId[],
  signal: AbortSignal,
): Promise<ConfigFileRecord[]> {
  const calls = [...byName(ids).values()].map((id) => async (joined: AbortSignal) => {
    const get = () => ports.store.get('configFile', { serviceUuid, fileId: id.fileId }, { signal: joined });
    const { record } = await retryTransient(get, defaultRetry, {
      clock: ports.clock,
      random: ports.random,
      signal: joined,
    });
    if (record.fileName !== id.fileName) {
      const message = `Config file ${id.fileId} is "${record.fileName}", but the record that names it calls it "${id.fileName}".`;
      throw new FirecampError('FC-REC-002', message, { fields: { fileId: id.fileId } });
    }
    checkConfigFile({ name: record.fileName, mode: record.fileMode, content: record.content });
    return record;
  });
  return together<ConfigFileRecord[]>(signal, calls);
}

/** Writes each file atomically with its mode; one that is there with this content and mode is left alone. */
export async function writeConfigFiles(
  ports: Pick<MemberPorts, 'files'>,
  files: readonly ConfigFileRecord[],
  signal: AbortSignal,
): Promise<ConfigFilesResult> {
  const written: string[] = [];
  const unchanged: string[] = [];
  for (const file of files) {
    const wrote = await ports.files.writeConfig(
      { name: file.fileName, mode: file.fileMode, content: file.content },
      { signal },
    );
    (wrote ? written : unchanged).push(file.fileName);
  }
  return { written, unchanged };
}

function byName(ids: readonly ConfigId[]): Map<string, ConfigId> {
  return new Map(ids.map((id) => [id.fileName, id]));
}
