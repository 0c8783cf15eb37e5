import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, opendir, rename, unlink } from 'node:fs/promises';
import { errnoOf, fileError, throwIfAborted } from './file-error.ts';
import type { SafeDirectory } from './safe-directory.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

const temporaryMark = '.firecamp-tmp-';
const temporaryName = /^\..+\.firecamp-tmp-[0-9a-f]{16}$/;
/** Temporary files of other names may be a write that is going on; this old, their writer is dead. */
const abandonedMs = 60_000;
/** The main container can fill the folder; looking through it must end. */
const maxEntriesLooked = 10_000;

/** A file as it shall be. */
export interface FileToWrite {
  readonly name: string;
  readonly mode: number;
  readonly content: string | Buffer;
}

/**
 * Puts the file in its place in one step: whoever opens the name sees the old content or the new, and after a crash one of them is
 * there. It belongs to the folder's owner, as far as we may say so. What is in its place (a symbolic link too) is replaced, never written
 * through. On failure nothing is left behind; what a
 * killed run left is removed by the next write. Two writes of one name must not overlap within a process.
 * Rejects with `FirecampError` FC-FIL-001.
 */
export async function writeAtomically(folder: SafeDirectory, file: FileToWrite, signal: AbortSignal): Promise<void> {
  const path = folder.display(file.name);
  throwIfAborted(signal, path);
  try {
    await removeAbandoned(folder, file.name);
    const temporary = `.${file.name}${temporaryMark}${randomBytes(8).toString('hex')}`;
    try {
      await writeTemporary(folder, temporary, file);
      throwIfAborted(signal, path);
      await rename(folder.entry(temporary), folder.entry(file.name));
    } catch (error) {
      await unlink(folder.entry(temporary)).catch(() => {});
      throw error;
    }
    await folder.sync();
  } catch (error) {
    throw fileError('write', path, error);
  }
}

/** Removes the file; absent is fine. Rejects with `FirecampError` FC-FIL-001. */
export async function removeFile(folder: SafeDirectory, name: string, signal: AbortSignal): Promise<void> {
  throwIfAborted(signal, folder.display(name));
  try {
    await unlink(folder.entry(name));
    await folder.sync();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError('remove', folder.display(name), error);
  }
}

async function writeTemporary(folder: SafeDirectory, name: string, file: FileToWrite): Promise<void> {
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  await using handle: FileHandle = await open(folder.entry(name), flags, 0o600);
  await handle.writeFile(file.content);
  // By the descriptor, after the content: the umask does not count, and nobody reads half a file by its wide mode.
  await handle.chmod(file.mode);
  // Last: the mode of another's file could not be changed without one more capability (FOWNER).
  await folder.giveToOwner(handle);
  await handle.sync();
}

async function removeAbandoned(folder: SafeDirectory, name: string): Promise<void> {
  let looked = 0;
  for await (const entry of await opendir(folder.self)) {
    if (++looked > maxEntriesLooked) return;
    if (!temporaryName.test(entry.name)) continue;
    const ofThisFile = entry.name.startsWith(`.${name}${temporaryMark}`);
    if (ofThisFile || (await isOlderThan(folder.entry(entry.name), abandonedMs))) {
      await unlink(folder.entry(entry.name)).catch(() => {});
    }
  }
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isFile() === true && Date.now() - stat.mtimeMs > ms;
}
