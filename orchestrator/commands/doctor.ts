import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes } from '../../common/domain/exit-codes.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import type { CheckReport, CheckResult } from '../doctor/check-report.ts';
import { type DoctorOptions, runDoctor } from '../doctor/run-doctor.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { duration } from './input/duration.ts';
import { readServiceInput } from './input/service-input.ts';
import { several } from './input/several.ts';
import { doctorText } from './output/doctor-text.ts';
import { printResult } from './output/print.ts';
import { type Work, withFileSession, withSession } from './with-session.ts';

type FailOn = 'warn' | 'unknown' | 'fail' | 'none';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly file?: string;
  readonly pre: boolean;
  readonly check?: readonly string[];
  readonly skip?: readonly string[];
  readonly failOn: FailOn;
  readonly wait?: number;
}

/** Between two looks with `--wait`; a look asks AWS dozens of things. */
const pauseMs = 10_000;

/** `firecamp doctor`: what services depend on, looked at before anything goes wrong. */
export function addDoctor(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('doctor')))
    .summary('check what services depend on')
    .description(
      'Checks all that services depend on in Kubernetes and AWS, changes nothing, and says of each fault what to do. Exit code 1 when a check is at --fail-on or worse, else 3 when one could not be found out.',
    )
    .option('-f, --file <file>', 'check for the service of this file, - for stdin')
    .option('--pre', 'before installing: what an installation makes may be missing', false)
    .option('--check <ids>', 'only these checks, by id or category, separated by commas', several)
    .option('--skip <ids>', 'not these checks, by id or category, separated by commas', several)
    .addOption(
      new Option('--fail-on <result>', 'what counts as a fault, the worse included')
        .choices(['warn', 'unknown', 'fail', 'none'])
        .default('fail'),
    )
    .option('--wait <duration>', 'look again until nothing is at fault, at most so long', duration)
    .action(async (options: Options) => {
      const input =
        options.file === undefined ? undefined : await readServiceInput(cli, { ...options, file: options.file });
      const look = (work: Work) => examined(cli, options, work, input && { service: input.service });
      const checks = await (input === undefined
        ? withSession(cli, options, {}, look)
        : withFileSession(cli, options, input.service, look));
      printResult(cli, options.output, { checks }, () => doctorText(checks));
      cli.finish(exitCodeOf(checks, options.failOn));
    });
}

async function examined(
  cli: Cli,
  options: Options,
  { operation }: Work,
  about: Pick<DoctorOptions, 'service'> | undefined,
): Promise<readonly CheckReport[]> {
  const { pre, check, skip, failOn, wait = 0, requestTimeout } = options;
  const how: DoctorOptions = {
    ...about,
    pre,
    ...(check !== undefined && { check }),
    ...(skip !== undefined && { skip }),
    ...(requestTimeout !== undefined && { sourceTimeoutMs: requestTimeout }),
  };
  const until = systemClock.monotonic() + wait;
  for (;;) {
    const checks = await runDoctor(operation({ signal: cli.signal }), how);
    const faults = checks.filter(({ result }) => isAtFault(result, failOn));
    if (faults.length === 0 || systemClock.monotonic() + pauseMs > until) return checks;
    cli.say(`not yet: ${faults.map(({ id }) => id).join(', ')}`);
    await systemClock.sleep(pauseMs, { signal: cli.signal });
  }
}

const worse: Readonly<Record<FailOn, readonly CheckResult[]>> = {
  warn: ['warn', 'unknown', 'fail'],
  unknown: ['unknown', 'fail'],
  fail: ['fail'],
  none: [],
};

function isAtFault(result: CheckResult, failOn: FailOn): boolean {
  return worse[failOn].includes(result);
}

/** What could not be found out is no success, unless nobody wants to know. */
export function exitCodeOf(checks: readonly Pick<CheckReport, 'result'>[], failOn: FailOn): ExitCode {
  if (checks.some(({ result }) => isAtFault(result, failOn))) return exitCodes.negativeFinding;
  const unknown = failOn !== 'none' && checks.some(({ result }) => result === 'unknown');
  return unknown ? exitCodes.couldNotFindOut : exitCodes.done;
}
