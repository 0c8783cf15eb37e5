import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What is on a volume: the folder of its id. It outlives nodes and the driver. */
export function volumeFolder(dataRoot: string, volumeId: string): string {
  return join(dataRoot, volumeId);
}

/**
 * Gives a new volume the file system that mkfs would leave: an empty folder of root's, with `lost+found` where the type has one (mke2fs(8);
 * xfs has none). A volume that has one keeps what it has.
 */
export async function formatOnce(folder: string, fsType: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  if (/^ext[234]$/.test(fsType)) await mkdir(join(folder, 'lost+found'), { mode: 0o700 });
}
