/**
 * `npm test`: prepares the real parts, builds the executables, runs all test files, and ends with one line `N passed, N failed`. The end-to-end
 * tests and those of real clusters run one file at a time, since each has a network and servers of its own. `npm test -- PATTERN` runs the files whose path contains it.
 */
import { globSync } from 'node:fs';
import { ensureBuilt } from '../build/ensure-built.ts';
import { prepareParts } from './prepare-parts.ts';
import { runGroup } from './run-group.ts';
import { addCounts, noCounts, summaryLine } from './tap-counts.ts';

const pattern = process.argv[2] ?? '';
const files = globSync('test/**/*.test.ts')
  .filter((file) => file.includes(pattern))
  .sort();
const isEndToEnd = (file: string) => file.startsWith('test/e2e/');
const isOnCluster = (file: string) => file.startsWith('test/cluster/');

await prepareParts();
await ensureBuilt();
const groups = [
  { name: 'parts', files: files.filter((file) => !isEndToEnd(file) && !isOnCluster(file)), jobs: 2 },
  { name: 'end-to-end', files: files.filter(isEndToEnd), jobs: 1 },
  { name: 'real clusters', files: files.filter(isOnCluster), jobs: 1 },
].filter((group) => group.files.length > 0);

let counts = noCounts;
let broken = groups.length === 0;
for (const group of groups) {
  const result = await runGroup(group);
  counts = addCounts(counts, result.counts);
  // A runner that died without counting must not pass.
  broken ||= result.exitCode !== 0;
}
for (const name of counts.leftOut) console.log(`left out: ${name}`);
const mayLeaveOut = process.env['CI'] !== 'true';
const failed = counts.failed > 0 || broken || (counts.leftOut.length > 0 && !mayLeaveOut);
process.exitCode = failed ? 1 : 0;
console.log(summaryLine({ ...counts, failed: failed && counts.failed === 0 ? 1 : counts.failed }));
