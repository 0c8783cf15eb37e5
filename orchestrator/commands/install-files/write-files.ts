import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { FirecampError } from '../../../common/domain/errors.ts';

/** In the first lines of every file that is written, by which it is known again. */
export const written = 'Written by firecamp install render; it overwrites what is changed here.';

/**
 * Writes files into a folder, which is made where it is missing, in place of those of an earlier time: what another release wrote into the
 * same folders and is not among them is deleted, as helm and Kustomize would apply it still. Cut off, it leaves some of both; repeated it goes on.
 *
 * @param files content by path within the folder
 * @throws FirecampError FC-CFG-001 where there is a file of somebody else, or one cannot be written or deleted; of the former nothing is written
 */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  const strange: string[] = [];
  for (const path of files.keys()) {
    const there = await readIfThere(join(folder, path));
    if (there !== undefined && !isWritten(there)) strange.push(path);
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
  try {
    for (const file of await leftFromBefore(folder, files)) await rm(file);
  } catch (error) {
    throw unwritable(folder, error instanceof Error ? error.message : String(error), error);
  }
}

/** Files of an earlier time, beside and of the same types as the ones that were written. */
async function leftFromBefore(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const types = new Set([...files.keys()].map(extname));
  const wanted = new Set([...files.keys()].map((path) => join(folder, path)));
  const left: string[] = [];
  for (const within of new Set([...wanted].map(dirname))) {
    const entries = await readdir(within, { withFileTypes: true });
    const others = entries.filter((entry) => entry.isFile() && types.has(extname(entry.name)));
    for (const file of others.map(({ name }) => join(within, name)).filter((one) => !wanted.has(one))) {
      if (isWritten(await readFile(file, 'utf8'))) left.push(file);
    }
  }
  return left;
}

/** Somebody's own file may speak of the mark further down. */
function isWritten(text: string): boolean {
  return text.split('\n', 4).some((line) => line.includes(written));
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
