import { networkInterfaces } from 'node:os';
import { demoTopology } from '../../test/cloud/demo-topology.ts';
import { Checks } from './checks.ts';
import { type MemberPod, makePod, type Run } from './member-pod.ts';
import { nodes } from './nodes.ts';
import type { Programs } from './programs.ts';
import { members } from './service.ts';
import { callsWithin, stepsOf } from './steps.ts';
import type { Terminal } from './terminal.ts';
import { renderTimeline } from './timeline.ts';
import { type DemoWorld, startWorld } from './world.ts';

/**
 * What can be shown without network namespaces: the init container reads everything, decides, and says what it would do. This machine plays
 * node-1, whose interface in the simulated EC2 gets the MAC of a link of this machine. Nothing is put on any link.
 */
export async function showPlan(
  programs: Programs,
  terminal: Terminal,
  why: string,
  interrupted: Promise<never>,
): Promise<Checks> {
  const { say, style } = terminal;
  say(`Network namespaces cannot be had here (${why.replace(/^.*?: /, '')}).`, { paint: style.yellow });
  say('Shown: what a claim reads from the simulated cloud, and what it decides (TESTMODE).');
  say('Not done: no address is put on a host, no traffic flows, nothing moves and nothing is released.');
  await using world = await startWorld('127.0.0.1', topologyOf(ownMac()));
  const [node] = nodes;
  if (node === undefined) throw new Error('There is no node.');
  const pod = await makePod(world, programs, undefined, members[0].name, node);
  const planned = pod.run('initcontainer', [], { TESTMODE: 'true', VPC_CNI: 'absent' });
  return tellPlan(world, terminal, pod, await Promise.race([planned, interrupted]));
}

function tellPlan(world: DemoWorld, terminal: Terminal, { member, node }: MemberPod, run: Run): Checks {
  const { print, say, style } = terminal;
  const calls = callsWithin(world.calls(), run);
  print();
  print(`  ${style.bold(member)} on ${node.name}, by firecamp-initcontainer`);
  const rows = stepsOf(run, calls, world.cloud.ec2.events, []);
  for (const line of renderTimeline(rows, { from: run.startedMs, to: run.endedMs }, terminal)) print(line);
  const took = `${Math.round(run.endedMs - run.startedMs)} ms`;
  print(`  = ${took}, ${style.bold(`${calls.length} reads`)}`);
  print();
  const said = run.stdout.split('\n').filter((line) => line !== '');
  for (const line of said.slice(said.indexOf('What can be read:'))) {
    say(line.trim(), { indent: line.startsWith(' ') ? '    ' : '  ' });
  }
  const checks = new Checks();
  checks.expect('TESTMODE ends with 0', run.code === 0, run.stderr.slice(-600));
  checks.expect('it tells a plan', run.stdout.includes('\nPlan: '));
  const writes = calls
    .map((call) => call.operation)
    .filter((operation) => !/^(Get|GET|PUT|Describe|Query)/.test(operation));
  checks.expect('nothing was written anywhere', writes.length === 0, writes);
  return checks;
}

function ownMac(): string | undefined {
  const links = Object.values(networkInterfaces()).flatMap((link) => link ?? []);
  return links.find(({ internal, mac }) => !internal && mac !== '00:00:00:00:00:00')?.mac;
}

function topologyOf(mac: string | undefined) {
  const { instances } = demoTopology();
  const [first, ...others] = instances;
  if (first === undefined || mac === undefined) return demoTopology();
  return demoTopology({
    instances: [{ ...first, interfaces: first.interfaces.map((one) => ({ ...one, mac })) }, ...others],
  });
}
