import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { countTap, type TapCounts } from './tap-counts.ts';
import { TapReport } from './tap-report.ts';

/** Test files that run together. */
export interface TestGroup {
  readonly name: string;
  readonly files: readonly string[];
  /** How many files run at once. */
  readonly jobs: number;
}

/** Seconds that a test file may be silent; the first use of a rig on a slow machine is the longest. */
const silentSeconds = 600;

/** Runs the group by tap and prints a line a file as it ends, and all of what failed. */
export async function runGroup(group: TestGroup): Promise<{ readonly exitCode: number; readonly counts: TapCounts }> {
  console.log(`\n${group.name}: ${group.files.length} test files`);
  const args = ['run', '--reporter=tap', `--jobs=${group.jobs}`, `--timeout=${silentSeconds}`];
  const child = spawn('node_modules/.bin/tap', [...args, ...group.files], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const report = new TapReport((line) => console.log(line));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    report.take(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { exitCode: code ?? 1, counts: countTap(lines) };
}
