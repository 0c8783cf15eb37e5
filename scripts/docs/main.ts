/** `npm run docs`: writes the generated parts of the reference pages. Exits 1 where a page is missing or says too little. */
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkPages, referenceFolder } from './pages.ts';

const folder = resolve(import.meta.dirname, '..', '..', referenceFolder);

const files = new Map<string, string>();
for await (const path of glob('**/*.md', { cwd: folder })) files.set(path, await readFile(join(folder, path), 'utf8'));
const { pages, faults } = checkPages(files);
for (const { path, current, wanted } of pages) {
  if (current === wanted) continue;
  await writeFile(join(folder, path), wanted);
  process.stdout.write(`wrote ${referenceFolder}/${path}\n`);
}
for (const fault of faults) process.stderr.write(`${referenceFolder}/${fault}\n`);
process.stdout.write(`${pages.length} pages are current, ${faults.length} faults\n`);
if (faults.length > 0) process.exitCode = 1;
