import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { countTap, type TapCounts } from './tap-counts.ts';

/** Test files that run together. */
export interface TestGroup {
  readonly name: string;
  readonly files: readonly string[];
  /** How many files run at once. */
  readonly jobs: number;
}

/** Runs the group by tap, which prints failures as they come; its counts come from the TAP that it writes. */
export async function runGroup(group: TestGroup): Promise<{ readonly exitCode: number; readonly counts: TapCounts }> {
  console.log(`\n${group.name}: ${group.files.length} test files`);
  const output = `.tap/${group.name}.tap`;
  const args = ['run', '--reporter=terse', `--jobs=${group.jobs}`, `--output-file=${output}`, '--timeout=300'];
  const child = spawn('node_modules/.bin/tap', [...args, ...group.files], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return { exitCode: code ?? 1, counts: countTap(await readFile(output, 'utf8')) };
}
