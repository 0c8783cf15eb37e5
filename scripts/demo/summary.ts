import type { Reachability } from '../rig/network/reachability.ts';
import { members } from './service.ts';
import { title } from './show.ts';
import type { Standing } from './standing.ts';
import { renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const head = ['act', 'member', 'static IP', 'record', 'epoch', 'of', 'EC2', 'host', 'DNS'];

/** Tells who held what at the end of each act, and what the client saw of it. */
export function summarise(terminal: Terminal, acts: readonly (readonly Standing[])[], seen: Reachability): void {
  const { print, style } = terminal;
  title(terminal, 'Who held what at the end of each act');
  const rows = acts.flatMap((found, act) => found.map((one, index) => row(index === 0 ? `${act + 1}` : '', one)));
  const [titles = '', ...lines] = renderTable(head, rows);
  print(`  ${style.dim(titles)}`);
  for (const line of lines) print(`  ${line}`);
  title(terminal, `What the client of ${members[0].staticIp} saw`);
  print(`  ${seen.tries} tries, ${seen.answers} answers, from ${seen.nodes.join(' and then ')}.`);
  const gap = style.bold(`${Math.round(seen.longestGapMs)} ms`);
  print(`  Between two answers never more than ${gap}, the death of a node included.`);
}

function row(act: string, one: Standing): string[] {
  const { member, staticIp, state, recordNode, dns } = one;
  return [
    act,
    member,
    staticIp,
    state,
    `${one.epoch}`,
    recordNode,
    one.ec2Node || '-',
    one.hostNodes.join(' ') || '-',
    dns,
  ];
}
