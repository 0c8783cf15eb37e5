import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundledPackage } from './bundled-packages.ts';

/** The files in which npm packages have their licence, and what it asks to be passed on. */
const licenceFile = /^(licen[cs]e|copying|notice)/i;
const line = '='.repeat(100);

/**
 * The licence texts of bundled packages, in one text: the licences ask for it wherever copies go, and a bundle has lost their comments. A text
 * that several packages share stands there once.
 * @param root what the packages' folders are relative to.
 * @throws {Error} for a package without a licence file: nobody may ship it before its text is found.
 */
export async function licenceTexts(root: string, packages: readonly BundledPackage[]): Promise<string> {
  const byText = new Map<string, string[]>();
  for (const { name, version, folder } of packages) {
    const text = await textIn(join(root, folder));
    if (text === '')
      throw new Error(`${name} ${version} has no licence file in ${folder}, and an image must hold its text`);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  return [...byText].map(([text, names]) => `${line}\n${names.join('\n')}\n${line}\n\n${text}\n\n`).join('');
}

async function textIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => licenceFile.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => text.trim()).join('\n\n');
}
