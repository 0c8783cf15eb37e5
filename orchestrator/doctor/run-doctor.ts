import { type ErrorCode, errorCatalogue } from '../../common/domain/error-catalogue.ts';
import { InterruptedError } from '../../common/domain/errors.ts';
import { InvalidConfigurationError } from '../../common/runtime/settings.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { Operation } from '../operation.ts';
import type { Check, Finding, Look } from './check.ts';
import type { CheckReport } from './check-report.ts';
import { checks } from './checks.ts';
import { gatherFacts } from './facts/gather-facts.ts';
import { UnseenError } from './seen.ts';

/** What is looked at. */
export interface DoctorOptions {
  /** The service that is planned; without one, what is there already. */
  readonly service?: ServiceDefinition;
  /** Before installing: what an installation makes (namespace, reservations, records) may be missing. */
  readonly pre?: boolean;
  /** Ids and categories of the checks to run; all without. */
  readonly check?: readonly string[];
  /** Ids and categories to leave out. */
  readonly skip?: readonly string[];
  /** Milliseconds that each read may take; 15,000 without. */
  readonly sourceTimeoutMs?: number;
}

const defaultTimeoutMs = 15_000;

/**
 * Looks at everything that services depend on, and changes nothing. Each check is judged by itself: one whose ground failed is `skip` and
 * names it, one whose facts could not be read is `unknown` with the reason.
 *
 * @throws InvalidConfigurationError (FC-CFG-001) for an id or category that does not exist; InterruptedError when the signal aborts; nothing else
 */
export async function runDoctor(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  options: DoctorOptions = {},
): Promise<CheckReport[]> {
  const chosen = chosenChecks(options);
  const timeoutMs = options.sourceTimeoutMs ?? defaultTimeoutMs;
  const wanted = (code: ErrorCode) => chosen.some(({ id }) => id === code);
  const facts = await gatherFacts(operation, options.service, { timeoutMs, wanted });
  const { signal } = operation;
  // What was cut off would be reported as unknown otherwise.
  if (signal.aborted) throw new InterruptedError('checking what services depend on', signal.reason);
  const look: Look = { ...facts, settings: operation.settings, pre: options.pre ?? false };
  return chosen.map((check) => report(check, look));
}

function chosenChecks({ check = [], skip = [] }: DoctorOptions): Check[] {
  const isNamed = ({ id, category }: Check, names: readonly string[]) => names.includes(id) || names.includes(category);
  const unknown = [...check, ...skip].filter((name) => !checks.some((one) => isNamed(one, [name])));
  if (unknown.length > 0) {
    throw new InvalidConfigurationError(unknown.map((name) => `${name} is neither the id nor the category of a check`));
  }
  return checks.filter((one) => (check.length === 0 || isNamed(one, check)) && !isNamed(one, skip));
}

function report(check: Check, look: Look): CheckReport {
  const { id, category, title, expected } = check;
  const { result, found, remedy } = findingOf(check, look);
  const words = result === 'warn' || result === 'fail' || result === 'unknown' ? errorCatalogue[id].remedy : undefined;
  const page = `docs/reference/codes/${id}.md`;
  return { id, category, title, result, found, expected, remedy: remedy ?? words, page };
}

function findingOf(check: Check, look: Look): Finding {
  if (look.plan.testMode && check.category !== 'kubernetes' && check.category !== 'records') {
    return { result: 'skip', found: 'with TESTMODE the members need nothing of AWS' };
  }
  try {
    return check.judge(look);
  } catch (error) {
    if (!(error instanceof UnseenError)) throw error;
    const { ground, error: cause } = error.missing;
    if (ground !== check.id) return { result: 'skip', found: `needs what ${ground} could not find out` };
    const result = check.unread?.(cause, look) ?? 'unknown';
    return { result, found: `${cause.message} (${cause.code})`, remedy: cause.remedy };
  }
}
