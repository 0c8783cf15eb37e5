import type { ErrorCode } from '../../common/domain/error-catalogue.ts';

/**
 * `pass`: as it must be. `warn`: works, and may surprise. `fail`: something will not work. `skip`: not asked, because its ground failed or it
 * does not matter here. `unknown`: it could not be found out.
 */
export type CheckResult = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown';

/** What a check looks at. */
export type CheckCategory = 'kubernetes' | 'network' | 'dns' | 'aws' | 'storage' | 'records';

/** What one check found. */
export interface CheckReport {
  /** A code of the catalogue; an error's own where the check looks for the same condition. */
  readonly id: ErrorCode;
  readonly category: CheckCategory;
  /** What is looked at, e.g. `Free addresses`. */
  readonly title: string;
  readonly result: CheckResult;
  /** What was found; of `skip` and `unknown` the reason. */
  readonly found: string;
  readonly expected: string;
  /** What to do, a command where there is one; undefined where nothing has to be done. */
  readonly remedy: string | undefined;
  /** The page of the id, from the root of the repository. */
  readonly page: string;
}
