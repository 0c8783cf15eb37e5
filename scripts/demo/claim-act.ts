import { startMember } from '../rig/network/member-traffic.ts';
import { type DemoNode, type MemberPod, makePod, type Run } from './member-pod.ts';
import { firstNodeOf } from './nodes.ts';
import { configs, members, service } from './service.ts';
import { memberPort, type RunningPod, residentMiB, type Show, tell, title } from './show.ts';

/** Act 1: all members claim, one after the other, as a StatefulSet starts its pods. */
export async function claimAll(show: Show): Promise<void> {
  const { terminal } = show;
  title(terminal, '1  Three members start and claim their addresses');
  for (const [ordinal, { name }] of members.entries()) {
    const node = firstNodeOf(ordinal);
    if (node === undefined) throw new Error(`There is no node for ${name}.`);
    await claim(show, name, node, ordinal === 0);
  }
  await keepsAll(show);
  const waiting = [...show.pods.values()].flatMap(({ waiter }) => (waiter === undefined ? [] : [waiter.child.pid]));
  const sizes = (await Promise.all(waiting.map(residentMiB))).map((size) => size.toFixed(1));
  const { noWaiter } = show.programs;
  if (noWaiter === undefined)
    terminal.print(`  Three stop containers wait beside them: ${sizes.join(', ')} MiB of memory (RSS).`);
  else {
    const text = `Not shown: the waiting stop containers, as ${noWaiter}. Their program is run at the end, as a preStop hook does.`;
    terminal.say(text, { indent: '  ', paint: terminal.style.yellow });
  }
  const wanted = noWaiter === undefined ? members.length : 0;
  show.checks.expect('a stop container waits in each pod', waiting.length === wanted, waiting.length);
}

/** A member's pod starts on a node: its stop container first, then the claim, then what answers in the member's place. */
export async function claim(show: Show, member: string, node: DemoNode, whole: boolean): Promise<MemberPod> {
  const { world, programs, fabric, terminal, checks } = show;
  const pod = await makePod(world, programs, fabric, member, node);
  const waiter = programs.noWaiter !== undefined ? undefined : await pod.startWaiting();
  if (whole) {
    terminal.print();
    terminal.print(`  ${terminal.style.bold(member)} on ${node.name}, by firecamp-initcontainer`);
  }
  const run = await pod.run('initcontainer');
  checks.expect(`the claim of ${member} on ${node.name} ends with 0`, run.code === 0, run.stderr.slice(-600));
  if (run.code !== 0) throw new Error(`The claim of ${member} on ${node.name} ended with ${run.code}:\n${run.stderr}`);
  const files = await pod.files();
  const { staticIp } = members.find((one) => one.name === member) ?? { staticIp: '' };
  const inFile = await pod.staticIpFile();
  checks.expect('the static IP file holds the address', inFile === staticIp, inFile);
  checks.expect(
    'the config files are there',
    Object.keys(configs).every((file) => files.includes(file)),
    files,
  );
  tell(show, run, pod, files, whole);
  if (whole) tellName(show, run, member);
  const running: RunningPod = { pod, waiter };
  show.pods.set(member, running);
  world.kube.markReady(member);
  if (member === members[0].name)
    running.server = await startMember(fabric, node.name, members[0].staticIp, memberPort);
  if (running.server !== undefined) await show.client.answered(node.name);
  return pod;
}

/** What became of the member's name, as the program says it. */
function tellName({ terminal }: Show, run: Run, member: string): void {
  const claimed = run.log.find((line) => line['msg'] === 'claimed');
  const known: Readonly<Record<string, string>> = {
    resolved: 'resolved to the address already, so Route 53 was not asked',
    agrees: 'was right in Route 53 already',
    changed: 'was changed in Route 53',
  };
  const kind = String(claimed?.['name']);
  const text = `Epoch ${claimed?.['epoch']}. The name ${member}.${service.domain} ${known[kind] ?? `is ${kind}`}.`;
  terminal.say(text, { indent: '  ' });
}

/** Resolves when every stop container has seen its member's claim and keeps the address. */
export async function keepsAll(show: Show): Promise<void> {
  await Promise.all([...show.pods.values()].map(async ({ pod, waiter }) => waiter && pod.keeps()));
}
