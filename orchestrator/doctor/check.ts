import type { ErrorCode } from '../../common/domain/error-catalogue.ts';
import type { FirecampError } from '../../common/domain/errors.ts';
import type { OrchestratorSettings } from '../operation.ts';
import type { CheckCategory, CheckResult } from './check-report.ts';
import type { Facts } from './facts/gather-facts.ts';

/** What a check judges by. */
export interface Look extends Facts {
  readonly settings: OrchestratorSettings;
  /** Before installing: what an installation makes may be missing. */
  readonly pre: boolean;
}

/** A judgement. */
export interface Finding {
  readonly result: CheckResult;
  readonly found: string;
  /** A command; the catalogue's words without, where something is wrong. */
  readonly remedy?: string;
}

/** One question of doctor. Judging is pure. */
export interface Check {
  readonly id: ErrorCode;
  readonly category: CheckCategory;
  readonly title: string;
  readonly expected: string;
  /** Throws `UnseenError`, through `known`, where a fact is missing. */
  readonly judge: (look: Look) => Finding;
  /** What it means that this check's own fact could not be read; `unknown` without. */
  readonly unread?: (error: FirecampError, look: Look) => CheckResult;
}

export const pass = (found: string): Finding => ({ result: 'pass', found });
export const skip = (found: string, remedy?: string): Finding => finding('skip', found, remedy);
export const warn = (found: string, remedy?: string): Finding => finding('warn', found, remedy);
export const fail = (found: string, remedy?: string): Finding => finding('fail', found, remedy);

function finding(result: CheckResult, found: string, remedy: string | undefined): Finding {
  return { result, found, ...(remedy !== undefined && { remedy }) };
}

/** A few of what may be hundreds. */
export function someOf(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
