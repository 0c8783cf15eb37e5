/** What a run of tap came to. */
export interface TapCounts {
  readonly passed: number;
  readonly failed: number;
  /** Names of files and tests that could not run here. */
  readonly leftOut: readonly string[];
}

export const noCounts: TapCounts = { passed: 0, failed: 0, leftOut: [] };

/** Sums up. */
export function addCounts(a: TapCounts, b: TapCounts): TapCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, leftOut: [...a.leftOut, ...b.leftOut] };
}

/**
 * Counts every assertion of TAP 14, at whatever depth: lines `ok` and `not ok` that do not sum up a subtest. A subtest's own line counts only
 * when it has no assertion of its own, so that nothing is counted twice.
 */
export function countTap(lines: readonly string[]): TapCounts {
  let passed = 0;
  let failed = 0;
  const leftOut: string[] = [];
  const childCounts: number[] = [];
  for (const line of lines) {
    const match = /^( *)(not )?ok \d+(?: - (.*))?$/.exec(line);
    if (!match) continue;
    const depth = (match[1] ?? '').length / 4;
    const said = /# SKIP (left out: .*)$/i.exec(match[3] ?? '')?.[1];
    if (said !== undefined) leftOut.push(said.replace(/^left out: /i, ''));
    const children = childCounts[depth + 1] ?? 0;
    childCounts.length = depth + 1;
    childCounts[depth] = (childCounts[depth] ?? 0) + 1;
    const isFailure = match[2] !== undefined && !/# (TODO|SKIP)/i.test(match[3] ?? '');
    if (children > 0) continue;
    if (isFailure) failed += 1;
    else if (said === undefined) passed += 1;
  }
  return { passed, failed, leftOut };
}

/** The last line of a test run. */
export function summaryLine(counts: TapCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed`;
}
