/**
 * `npm run check:imports [-- <root>]`: the layers import only what they may, and nothing imports itself in a circle. Exits 1 at a breach.
 */
import { glob, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { findBreaches } from './find-breaches.ts';

const folders = '{common,initcontainer,stopcontainer,orchestrator,scripts,test}/**/*.ts';

const root = process.argv[2] ?? '.';
const sources = new Map<string, string>();
for await (const file of glob(folders, { cwd: root })) {
  sources.set(file.split(sep).join('/'), await readFile(join(root, file), 'utf8'));
}
const breaches = findBreaches(sources);
for (const { where, rule } of breaches) process.stdout.write(`${where}: ${rule}\n`);
process.stdout.write(`${sources.size} files, ${breaches.length} breaches of the layering\n`);
// A check that looked at nothing must not look green.
if (breaches.length > 0 || sources.size === 0) process.exitCode = 1;
