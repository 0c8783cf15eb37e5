import { readFile } from 'node:fs/promises';
import type { Fabric } from '../rig/network/fabric.ts';
import type { RunningMember, RunningWatch } from '../rig/network/member-traffic.ts';
import type { Checks } from './checks.ts';
import type { MemberPod, Run, Waiter } from './member-pod.ts';
import type { Network } from './network.ts';
import type { Programs } from './programs.ts';
import { roundTrips } from './round-trips.ts';
import { callsWithin, phase, stepsOf } from './steps.ts';
import type { Terminal } from './terminal.ts';
import { renderTimeline } from './timeline.ts';
import type { DemoWorld } from './world.ts';

/** What all acts share. */
export interface Show {
  readonly world: DemoWorld;
  readonly programs: Programs;
  readonly fabric: Fabric;
  readonly network: Network;
  readonly terminal: Terminal;
  readonly checks: Checks;
  /** Tries to reach redis-0's static IP all the time, from a namespace of its own. */
  readonly client: RunningWatch;
  /** The pods that live, by member. */
  readonly pods: Map<string, RunningPod>;
  /** Nodes that died. */
  readonly dead: Set<string>;
}

/** A pod in service. */
export interface RunningPod {
  readonly pod: MemberPod;
  /** undefined where the waiting process could not be built. */
  readonly waiter: Waiter | undefined;
  /** What answers in the member's place; only redis-0 has it. */
  server?: RunningMember;
}

export const memberPort = 6379;

/** Opens a part of what is shown. */
export function title({ print, style }: Terminal, text: string): void {
  print();
  print(style.bold(text));
}

/** Shows a run step by step, or in one line. */
export function tell(show: Show, run: Run, pod: MemberPod, files: readonly string[], whole: boolean): void {
  const { terminal } = show;
  const calls = callsWithin(show.world.calls(), run);
  if (whole) {
    const host = { who: pod.node.name, what: 'address on its interface', changes: ['the host answers for it'] };
    const volume = { who: 'volume', what: 'config files', changes: files.length > 0 ? [files.join(', ')] : [] };
    const local = [...phase(run, 'host', host), ...phase(run, 'files', volume)];
    const rows = stepsOf(run, calls, show.world.cloud.ec2.events, local);
    for (const line of renderTimeline(rows, { from: run.startedMs, to: run.endedMs }, terminal)) terminal.print(line);
  }
  const { sequential, withEc2 } = roundTrips(run.log);
  const took = `${Math.round(run.endedMs - run.startedMs)} ms`;
  const trips =
    sequential > 0 ? `${sequential} sequential round trips (${withEc2} of them to EC2)` : `${calls.length} calls`;
  terminal.print(
    `  ${whole ? `= ${took}` : `${pod.member} on ${pod.node.name}: ${took}`}, ${terminal.style.bold(trips)}`,
  );
  if (whole && sequential > 0) {
    terminal.print(terminal.style.dim(`    (${calls.length} calls in all: those of one round trip go side by side)`));
  }
}

/** Resident memory of a process in MiB; 0 when it is gone. */
export async function residentMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
