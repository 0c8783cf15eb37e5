import { InterruptedError } from '../common/domain/errors.ts';
import { helpText, programLog, reportFailure, writeTerminationLog } from '../common/runtime/program.ts';
import { version } from '../common/runtime/version.ts';
import { assertApiServerKnown, type OpenMemberPorts, openMemberPorts } from '../common/wiring/open-member-ports.ts';
import { type ClaimResult, claimMember } from './claim-member.ts';
import { type ClaimConfig, claimSettings, readClaimConfig } from './config.ts';
import { printClaimPlan } from './test-mode.ts';

const usage = `firecamp-initcontainer: claims the static IP and the DNS name of a member for the node that this runs on.

Usage: firecamp-initcontainer [flags]    (also --help, --version)`;

/**
 * The init container's program.
 *
 * @returns the exit code of the documented table
 */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-help')) {
    process.stdout.write(helpText(usage, claimSettings));
    return 0;
  }
  if (argv.includes('--version') || argv.includes('-version')) {
    process.stdout.write(`firecamp-initcontainer ${version}\n`);
    return 0;
  }
  let log = programLog('firecamp-initcontainer', { logFormat: 'auto', logLevel: 'info' });
  let terminationLog = env['FIRECAMP_TERMINATION_LOG'] ?? '/dev/termination-log';
  const interrupt = listenForEnd(log);
  try {
    const resolved = readClaimConfig(argv, env);
    const config = resolved.values;
    terminationLog = config.terminationLog;
    log = programLog('firecamp-initcontainer', config).with({
      member: config.memberName,
      podUid: config.podUid,
      node: config.nodeName,
    });
    if (!config.testMode) assertApiServerKnown(config);
    await using open = openMemberPorts('firecamp-initcontainer', config, env, log);
    if (config.testMode) {
      await printClaimPlan(open.ports, resolved, (line) => process.stdout.write(`${line}\n`));
      return 0;
    }
    // Here and not below: the end of `open` waits for Events, and SIGKILL may come meanwhile.
    return await act(open, config, interrupt).catch((error: unknown) =>
      reportFailure(open.ports.log, config.terminationLog, error),
    );
  } catch (error) {
    return reportFailure(log, terminationLog, error);
  }
}

async function act(open: OpenMemberPorts, config: ClaimConfig, interrupt: AbortSignal): Promise<number> {
  const deadline = AbortSignal.timeout(config.claimTimeoutSeconds * 1000);
  open.warmUp(interrupt);
  const result = await claimMember(open.ports, config, { interrupt, deadline });
  open.ports.log.info('claimed', { ...result });
  writeTerminationLog(config.terminationLog, summary(config.memberName, result));
  return 0;
}

/** A signal that aborts at SIGTERM or SIGINT. Later ones change nothing: what has begun is put right first. */
function listenForEnd(log: ReturnType<typeof programLog>): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      log.info(`${name}: ending the claim`);
      controller.abort(new InterruptedError('claiming', name));
    });
  }
  return controller.signal;
}

function summary(member: string, result: ClaimResult): string {
  const total = Object.values(result.phaseMillis).reduce((sum, ms) => sum + ms, 0);
  if (result.ip === undefined) return `${member}: its name is ${result.name} (${total} ms).`;
  const moved = result.assigned ? 'was moved to' : 'was already on';
  return `${member}: ${result.ip} ${moved} ${result.interfaceId}, epoch ${result.epoch}, name ${result.name} (${total} ms).`;
}
