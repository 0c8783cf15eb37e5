import { networkInterfaces } from 'node:os';
import { demoTopology } from '../../test/cloud/demo-topology.ts';
import { Checks } from './checks.ts';
import { makePod } from './member-pod.ts';
import { nodes } from './nodes.ts';
import type { Programs } from './programs.ts';
import { roundTrips } from './recorded-call.ts';
import { callsWithin, stepsOf } from './steps.ts';
import type { Terminal } from './terminal.ts';
import { renderTimeline } from './timeline.ts';
import { members, startWorld } from './world.ts';

/**
 * What can be shown without network namespaces: the init container reads everything, decides, and says what it would do. This machine plays
 * node-1, whose interface in the simulated EC2 gets the MAC of a link of this machine. Nothing is put on any link.
 */
export async function showPlan(programs: Programs, terminal: Terminal, why: string): Promise<Checks> {
  const { print, say, style } = terminal;
  const checks = new Checks();
  say(`Network namespaces cannot be had here (${why.replace(/^.*?: /, '')}).`, { paint: style.yellow });
  say('Shown: what a claim reads from the simulated cloud, and what it decides (TESTMODE).');
  say('Not done: no address is put on a host, no traffic flows, nothing moves and nothing is released.');
  await using world = await startWorld('127.0.0.1', topologyOf(ownMac()));
  const [node] = nodes;
  if (node === undefined) throw new Error('There is no node.');
  const pod = await makePod(world, programs, undefined, members[0].name, node);
  const run = await pod.run('initcontainer', [], { TESTMODE: 'true', VPC_CNI: 'absent' });
  const calls = callsWithin(world.calls(), run);
  const rows = stepsOf(run, calls, world.cloud.ec2.events, []);
  print();
  print(`  ${style.bold(members[0].name)} on ${node.name}, by firecamp-initcontainer`);
  for (const line of renderTimeline(rows, { from: run.startedMs, to: run.endedMs }, terminal)) print(line);
  const { sequential, toAws } = roundTrips(calls);
  print(
    `  = ${Math.round(run.endedMs - run.startedMs)} ms, ${sequential} sequential round trips (${toAws} of them to AWS)`,
  );
  print();
  const said = run.stdout.split('\n');
  for (const line of said.slice(said.indexOf('What can be read:')))
    if (line !== '') say(line.trim(), { indent: line.startsWith(' ') ? '    ' : '  ' });
  checks.expect('TESTMODE ends with 0', run.code === 0, run.stderr.slice(-600));
  checks.expect('it tells a plan', run.stdout.includes('\nPlan: '));
  checks.expect(
    'nothing was changed in EC2',
    world.cloud.calls.all((call) => call.operation.includes('ssign')).length === 0,
  );
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
