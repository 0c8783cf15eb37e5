/** `npm run acceptance`: AWS's rules and AWS's speed, in a real account, for whoever has one. */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { awsConfigFrom } from '../../common/aws/aws-config.ts';
import { type OrchestratorAws, openOrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { FirecampError, InterruptedError } from '../../common/domain/errors.ts';
import { version } from '../../common/runtime/version.ts';
import { adviceLines, uncleanLine } from './advice.ts';
import { clean } from './clean.ts';
import { guestInterface } from './guest-interface.ts';
import { acceptancePolicy } from './iam-policy.ts';
import { newRunId } from './marks.ts';
import {
  AcceptanceUsageError,
  type CleanRequest,
  type Request,
  type RunRequest,
  readOptions,
  usage,
} from './options.ts';
import { describedSubnet } from './place.ts';
import { planLines } from './plan.ts';
import { isGood, reportLines } from './report.ts';
import { runAcceptance } from './run.ts';
import { endedBySignals, type Signals } from './signals.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const request = readOptions(args);
    if (request.do === 'help') process.stdout.write(usage);
    else if (request.do === 'iam') process.stdout.write(`${JSON.stringify(acceptancePolicy, null, 2)}\n`);
    else return await withAws(request);
    return 0;
  } catch (error) {
    if (error instanceof AcceptanceUsageError) process.stderr.write(`${error.message}\n\n${usage}`);
    else if (error instanceof FirecampError) process.stderr.write(`${adviceLines(error).join('\n')}\n`);
    else throw error;
    return error instanceof AcceptanceUsageError ? 2 : 1;
  }
}

async function withAws(request: Extract<Request, { do: 'run' | 'clean' }>): Promise<number> {
  const resolvers = request.do === 'run' && request.resolver !== undefined ? [request.resolver] : [];
  const aws = openOrchestratorAws(awsConfigFrom(process.env, { dnsServers: resolvers }));
  const signals = endedBySignals();
  try {
    return request.do === 'clean' ? await cleanUp(aws, request, signals.run) : await accept(aws, request, signals);
  } finally {
    aws.close();
  }
}

async function accept(aws: OrchestratorAws, request: RunRequest, signals: Signals): Promise<number> {
  const { subnetId, interfaceId, resolver, parts, times, changes } = request;
  const subnet = await describedSubnet(aws, subnetId, signals.run);
  if (subnet === undefined) throw new AcceptanceUsageError(`--subnet ${subnetId}: EC2 knows no such subnet with IPv4`);
  const guest = interfaceId === undefined ? undefined : await guestInterface(aws, interfaceId, subnet.id, signals.run);
  const programs = parts.includes('claims') ? asRoot(process.env) : undefined;
  const options = { runId: newRunId(), parts, guest, programs, times, changes, asksResolver: resolver !== undefined };
  process.stderr.write(`${planLines(subnet, options).join('\n')}\n`);
  if (!request.yes && !(await agreed(signals.run))) return 2;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const outcome = await cleaning(options.runId, runAcceptance(aws, subnet, options, signals, say));
  process.stdout.write(`${reportLines(outcome).join('\n')}\n`);
  const about = { runId: options.runId, version, region: await aws.clients.region(), subnet, guest: guest?.id };
  if (request.json !== undefined) writeFileSync(request.json, `${JSON.stringify({ ...about, ...outcome }, null, 2)}\n`);
  return isGood(outcome) ? 0 : 1;
}

async function cleanUp(aws: OrchestratorAws, { runId, parts }: CleanRequest, signal: AbortSignal): Promise<number> {
  const { removed, left } = await cleaning(runId, clean(aws, { runId, parts, made: [] }, signal));
  for (const one of removed) process.stdout.write(`taken away: ${one}\n`);
  for (const one of left) process.stdout.write(`LEFT: ${one}\n`);
  if (left.length === 0) process.stdout.write(`nothing is left of run ${runId}\n`);
  return left.length === 0 ? 0 : 1;
}

/** Waits for what cleans up after the run; where it was ended, says how to go on. */
async function cleaning<T>(runId: string, cleaned: Promise<T>): Promise<T> {
  try {
    return await cleaned;
  } catch (error) {
    if (error instanceof InterruptedError) process.stderr.write(`${uncleanLine(runId)}\n`);
    throw error;
  }
}

/** What the programs are given. @throws AcceptanceUsageError where they could not change the host's addresses */
function asRoot(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (process.getuid?.() !== 0) throw new AcceptanceUsageError('--parts claims: has to be root, as the containers are');
  return { ...env };
}

/** Whoever cannot be asked has not agreed. */
async function agreed(signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) throw new AcceptanceUsageError('Nobody can be asked here: --yes agrees beforehand');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question('Type yes to go on: ', { signal })).trim() === 'yes';
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
