import { performance } from 'node:perf_hooks';
import { summarize } from '../rig/network/reachability.ts';
import { claim, keepsAll } from './claim-act.ts';
import { spareNode } from './nodes.ts';
import { members } from './service.ts';
import { type Show, title } from './show.ts';

/** Act 2: a node dies, and its member starts again on another one. */
export async function moveFirstMember(show: Show): Promise<void> {
  const { terminal, checks, fabric } = show;
  const [{ name, staticIp }] = members;
  const target = spareNode;
  const before = show.pods.get(name);
  if (target === undefined || before === undefined) throw new Error('There is nobody to move, or nowhere to go.');
  const lost = before.pod.node.name;
  title(terminal, `2  ${lost} dies, and ${name} starts again on ${target.name}`);
  const diedMs = performance.timeOrigin + performance.now();
  await fabric.cut(lost);
  before.waiter?.kill('SIGKILL');
  await Promise.all([before.server?.stop(), before.waiter?.ended]);
  show.dead.add(lost);
  await claim(show, name, target, true);
  const { longestGapMs, nodes: met } = summarize(show.client.samples);
  const backMs = Math.round(performance.timeOrigin + performance.now() - diedMs);
  const gap = `${Math.round(longestGapMs)} ms`;
  terminal.say(`The client of ${staticIp} met ${met.join(', then ')}; longest gap ${gap}.`, { indent: '  ' });
  const note = `(${backMs} ms since the node died. How soon Kubernetes notices that is its own affair, and not shown.)`;
  terminal.say(note, { indent: '  ', paint: terminal.style.dim });
  await keepsAll(show);
  checks.expect('the client met both nodes in turn', met.join() === `${lost},${target.name}`, met);
}
