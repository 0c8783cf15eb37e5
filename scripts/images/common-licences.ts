import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Debian keeps one copy of each licence that many packages have; their copyright files only point to it (Debian Policy, 12.5). */
export const commonLicencesFolder = '/usr/share/common-licenses';

/** What comes after it in a sentence (quotes, a full stop) is no part of the name. */
const pointer = /\/usr\/share\/common-licenses\/([\w.+-]*\w)/g;

/** The names of the licences that copyright files point to, each once, in alphabetical order. */
export function commonLicencesIn(copyrights: readonly string[]): string[] {
  const names = copyrights.flatMap((text) => [...text.matchAll(pointer)].map(([, name = '']) => name));
  return [...new Set(names)].sort();
}

/**
 * The text of such a licence.
 * @param baseFiles the files of Debian's package `base-files`, which has the texts. A name without a version is a link to the newest.
 * @throws {Error} for a name that the package does not have: nobody may ship the package that points to it before its text is found.
 */
export async function commonLicence(baseFiles: string, name: string): Promise<string> {
  try {
    return await readFile(join(baseFiles, commonLicencesFolder, name), 'utf8');
  } catch (cause) {
    const words = `a copyright file points to ${commonLicencesFolder}/${name}, and Debian's base-files has no such text`;
    throw new Error(`${words}: an image must hold it`, { cause });
  }
}
