import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FirecampError } from '../../../common/domain/errors.ts';

/** In the first lines of every file that is written, by which it is known again. */
export const written = 'Written by firecamp install render; it overwrites what is changed here.';

/**
 * Writes files into a folder, which is made where it is missing, over those of an earlier time.
 *
 * @param files content by path within the folder
 * @throws FirecampError FC-CFG-001 where there is a file of somebody else, or one cannot be written; of the former nothing is written
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const strange: string[] = [];
  for (const path of files.keys()) {
    const there = await readIfThere(join(folder, path));
    if (there !== undefined && !there.includes(written)) strange.push(path);
  }
  if (strange.length > 0) throw unwritable(folder, `${strange.join(', ')} of somebody else would be overwritten`);
  for (const [path, content] of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    } catch (error) {
      throw unwritable(folder, error instanceof Error ? error.message : String(error), error);
    }
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unwritable(dirname(file), error instanceof Error ? error.message : String(error), error);
  }
}

function unwritable(folder: string, why: string, cause?: unknown): FirecampError {
  return new FirecampError('FC-CFG-001', `The installation cannot be written into ${folder}: ${why}.`, { cause });
}
