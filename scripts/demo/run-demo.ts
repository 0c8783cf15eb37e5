import { wasEverFree } from '../../test/cloud/ec2/address-timeline.ts';
import type { Built } from '../build/ensure-built.ts';
import { Fabric } from '../rig/network/fabric.ts';
import { watchMember } from '../rig/network/member-traffic.ts';
import type { Reachability } from '../rig/network/reachability.ts';
import { Checks } from './checks.ts';
import { claimAll } from './claim-act.ts';
import { stopAll } from './end-act.ts';
import { moveFirstMember } from './move-act.ts';
import { connectNodes } from './network.ts';
import { topology } from './nodes.ts';
import { memberPort, type Show } from './show.ts';
import { type Standing, standings } from './standing.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { members, startWorld } from './world.ts';

/** Plays all acts on a network of namespaces of this process; gives what was found wrong. Leaves nothing behind. */
export async function runDemo(built: Built, terminal: Terminal): Promise<Checks> {
  await using open = new AsyncDisposableStack();
  const fabric = open.use(await Fabric.create({ subnets: topology.subnets.map((one) => one.cidr) }));
  const world = open.use(await startWorld(fabric.serviceIp, topology));
  const network = open.use(await connectNodes(fabric, world.cloud));
  const { name: clientNode } = await fabric.addClient('client');
  const client = watchMember(fabric, clientNode, members[0].staticIp, memberPort);
  const checks = new Checks();
  const show: Show = {
    ...{ world, built, fabric, network, terminal, checks, client },
    ...{ pods: new Map(), dead: new Set() },
  };
  await claimAll(show);
  const claimed = await look(show, 'owned');
  await moveFirstMember(show);
  const moved = await look(show, 'owned');
  checks.expect('EC2 never freed the address on the way', !wasEverFree(world.cloud.ec2.events, members[0].staticIp));
  await stopAll(show);
  const ended = await look(show, 'released');
  const seen = await client.stop();
  checks.expect('the client got answers', seen.answers > 0, seen);
  close(
    show,
    [
      ['claimed', claimed],
      ['moved', moved],
      ['stopped', ended],
    ],
    seen,
  );
  return checks;
}

/** Looks at who holds what, and checks that all sides agree. */
async function look(show: Show, state: 'owned' | 'released'): Promise<Standing[]> {
  const found = await standings(show.world, show.network, show.dead);
  for (const one of found) {
    const holders = state === 'owned' ? [one.recordNode] : [];
    const agree = one.state === state && one.ec2Node === holders.join() && one.hostNodes.join() === holders.join();
    show.checks.expect(`record, EC2 and hosts agree that ${one.staticIp} is ${state}`, agree, one);
    show.checks.expect(`the name of ${one.member} is its address`, one.dns === one.staticIp, one.dns);
  }
  return found;
}

function close(show: Show, looks: readonly (readonly [string, readonly Standing[]])[], seen: Reachability): void {
  const { print, style } = show.terminal;
  print();
  print(style.bold('Who held what'));
  const rows = looks.flatMap(([when, found]) =>
    found.map((one, index) => [
      index === 0 ? when : '',
      one.member,
      one.staticIp,
      `${one.state}, epoch ${one.epoch}`,
      one.recordNode,
      one.ec2Node || '-',
      one.hostNodes.join(' ') || '-',
      one.dns,
    ]),
  );
  for (const line of renderTable(['', 'member', 'static IP', 'record', 'of', 'EC2', 'host', 'DNS'], rows))
    print(`  ${line}`);
  print();
  const gap = `${Math.round(seen.longestGapMs)} ms`;
  print(
    `The client of ${members[0].staticIp}: ${seen.tries} tries, ${seen.answers} answers, from ${seen.nodes.join(' and ')};`,
  );
  print(`the longest time without an answer while the member was up: ${style.bold(gap)}.`);
}
