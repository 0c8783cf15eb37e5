import { wasEverFree } from '../../test/cloud/ec2/address-timeline.ts';
import { Fabric } from '../rig/network/fabric.ts';
import { watchMember } from '../rig/network/member-traffic.ts';
import { Checks } from './checks.ts';
import { claimAll } from './claim-act.ts';
import { stopAll } from './end-act.ts';
import { moveFirstMember } from './move-act.ts';
import { connectNodes } from './network.ts';
import { topology } from './nodes.ts';
import { showService, showStatus } from './orchestrator-act.ts';
import type { Programs } from './programs.ts';
import { members } from './service.ts';
import { memberPort, type Show, title } from './show.ts';
import { type Standing, standings } from './standing.ts';
import { summarise } from './summary.ts';
import type { Terminal } from './terminal.ts';
import { startWorld } from './world.ts';

/**
 * Plays all acts on a network of namespaces of this process; gives what was found wrong. Leaves nothing behind, also when `interrupted`
 * rejects first.
 */
export async function runDemo(programs: Programs, terminal: Terminal, interrupted: Promise<never>): Promise<Checks> {
  await using open = new AsyncDisposableStack();
  const fabric = open.use(await Fabric.create({ subnets: topology.subnets.map((one) => one.cidr) }));
  const world = open.use(await startWorld(fabric.serviceIp, topology));
  const network = open.use(await connectNodes(fabric, world.cloud));
  const { name: clientNode } = await fabric.addClient('client');
  const client = watchMember(fabric, clientNode, members[0].staticIp, memberPort);
  const show: Show = {
    ...{ world, programs, fabric, network, terminal, client },
    ...{ checks: new Checks(), pods: new Map(), dead: new Set() },
  };
  const played = play(show);
  // Cut off in the middle it fails at whatever it was waiting for; the interruption is what counts.
  played.catch(() => undefined);
  await Promise.race([played, interrupted]);
  return show.checks;
}

async function play(show: Show): Promise<void> {
  const { checks, client, world } = show;
  introduce(show.terminal);
  title(show.terminal, '0  The service, as a person writes it down');
  await showService(show);
  await claimAll(show);
  await showStatus(show);
  const claimed = await look(show, 'owned');
  await moveFirstMember(show);
  await showStatus(show);
  const moved = await look(show, 'owned');
  checks.expect('EC2 never freed the address on the way', !wasEverFree(world.cloud.ec2.events, members[0].staticIp));
  await stopAll(show);
  const ended = await look(show, 'released');
  const seen = await client.stop();
  summarise(show.terminal, [claimed, moved, ended], seen);
}

function introduce({ print, say, style }: Terminal): void {
  const [{ name, staticIp }] = members;
  print(style.bold('firecamp: the members of a stateful service keep their addresses'));
  say(
    'Real here: the built programs, TCP, and nodes as network namespaces. Simulated: EC2, Route 53 and IMDS, with the delays of a region; dynalite is DynamoDB; Kubernetes is played.',
  );
  say(`A client tries to reach ${name} at ${staticIp}:${memberPort} every 20 ms, from beginning to end.`);
}

/** Looks at who holds what, and checks that all sides agree. */
async function look(show: Show, state: 'owned' | 'released'): Promise<Standing[]> {
  const found = await standings(show.world, show.network, show.dead);
  for (const one of found) {
    const holders = state === 'owned' ? [one.recordNode] : [];
    const agree = one.state === state && one.ec2Node === holders.join() && one.hostNodes.join() === holders.join();
    show.checks.expect(`record, EC2 and hosts agree that ${one.staticIp} is ${state}`, agree, one);
    const uid = show.pods.get(one.member)?.pod.uid ?? one.ownerUid;
    show.checks.expect(`the record of ${one.staticIp} names the pod that has it`, one.ownerUid === uid, one.ownerUid);
    show.checks.expect(`the name of ${one.member} is its address`, one.dns === one.staticIp, one.dns);
  }
  return found;
}
