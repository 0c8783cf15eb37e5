import { InterruptedError } from '../common/domain/errors.ts';
import { helpText, programLog, reportFailure, writeTerminationLog } from '../common/runtime/program.ts';
import { InvalidConfigurationError } from '../common/runtime/settings.ts';
import { version } from '../common/runtime/version.ts';
import { assertApiServerKnown, type OpenMemberPorts, openMemberPorts } from '../common/wiring/open-member-ports.ts';
import { type ReleaseConfig, readReleaseConfig, releaseSettings } from './config.ts';
import { guardMember } from './guard-member.ts';
import { releaseFailure } from './release-events.ts';
import { releaseMember } from './release-member.ts';
import type { ReleaseResult } from './release-result.ts';
import { printReleasePlan } from './test-mode.ts';

const usage = `firecamp-stopcontainer: keeps a member's address on the host while its pod lives, and gives it back when the pod ends.

Usage: firecamp-stopcontainer            wait for SIGTERM or SIGINT, then decide and release
       firecamp-stopcontainer --once     decide and release now
       firecamp-stopcontainer --guard    put the address back on the host if it is still this pod's
       (also --check, --help, --version)`;

/**
 * The stop container's program behind its waiting process (`stopcontainer/waiter`): everything but the waiting.
 *
 * @returns the exit code of the documented table
 */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (argv.includes('--help') || argv.includes('-help')) {
    process.stdout.write(helpText(usage, releaseSettings));
    return 0;
  }
  if (argv.includes('--version') || argv.includes('-version')) {
    process.stdout.write(`firecamp-stopcontainer ${version}\n`);
    return 0;
  }
  let log = programLog('firecamp-stopcontainer', { logFormat: 'auto', logLevel: 'info' });
  let terminationLog = env['FIRECAMP_TERMINATION_LOG'] ?? '/dev/termination-log';
  const interrupt = new AbortController();
  // The release is what these signals ask for; a further one does not cut it off. Kubelet's SIGKILL does.
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      log.info(`${name}: already ending`);
      interrupt.abort(new InterruptedError('restoring the address on the host', name));
    });
  }
  try {
    const resolved = readReleaseConfig(argv, env);
    const config = resolved.values;
    terminationLog = config.terminationLog;
    log = programLog('firecamp-stopcontainer', config).with({
      member: config.memberName,
      podUid: config.podUid,
      node: config.nodeName,
    });
    if (!config.testMode) assertApiServerKnown(config);
    if (config.check) return 0;
    await using open = openMemberPorts('firecamp-stopcontainer', config, env, log);
    if (config.testMode) {
      await printReleasePlan(open.ports, resolved, (line) => process.stdout.write(`${line}\n`));
      return 0;
    }
    // Here and not below: the end of `open` waits for Events, and SIGKILL may come meanwhile.
    return await act(open, config, terminationLog, interrupt.signal).catch((error: unknown) =>
      reportFailure(open.ports.log, config.terminationLog, error),
    );
  } catch (error) {
    return reportFailure(log, terminationLog, error);
  }
}

async function act(
  open: OpenMemberPorts,
  config: ReleaseConfig,
  terminationLog: string,
  interrupt: AbortSignal,
): Promise<number> {
  const { log } = open.ports;
  if (config.guard) {
    const result = await guardMember(open.ports, config, interrupt);
    log.info(result === 'restored' ? 'the address is back on the host' : 'the member has no static IP');
    return 0;
  }
  if (!config.once) {
    throw new InvalidConfigurationError([
      'one of --once, --guard or --check is needed: the waiting is done by the waiting process',
    ]);
  }
  const result = await releaseMember(open.ports, config, config.graceSeconds * 1000);
  return reportRelease(open, result, terminationLog);
}

function reportRelease(open: OpenMemberPorts, result: ReleaseResult, terminationLog: string): number {
  const { log } = open.ports;
  if (result.kind === 'released' || result.kind === 'kept') {
    const line = result.kind === 'released' ? `Released ${result.ip}.` : `Nothing was released: ${result.why}.`;
    log.info(line, { result: result.kind });
    writeTerminationLog(terminationLog, line);
    return 0;
  }
  return reportFailure(log, terminationLog, releaseFailure(result));
}
