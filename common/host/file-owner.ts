import type { FileHandle } from 'node:fs/promises';
import { errnoOf } from './file-error.ts';

/**
 * Gives what we have made to that user and group, so that a main container which has made the volume its own can read a file of mode 0600 as it
 * could before. Without the capability CHOWN, or where the user namespace has no such user, it stays ours.
 */
export async function giveTo(
  owner: { readonly uid: number; readonly gid: number },
  made: Pick<FileHandle, 'chown' | 'stat'>,
): Promise<void> {
  const own = await made.stat();
  if (own.uid === owner.uid && own.gid === owner.gid) return;
  try {
    await made.chown(owner.uid, owner.gid);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'EPERM' && errno !== 'EINVAL') throw error;
  }
}
