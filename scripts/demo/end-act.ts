import type { Run } from './member-pod.ts';
import { type RunningPod, type Show, tell, title } from './show.ts';

const graceSeconds = 30;

/** Act 3: the service is scaled to nothing, the last member first, as a StatefulSet does it. */
export async function stopAll(show: Show): Promise<void> {
  const { terminal, checks } = show;
  title(terminal, '3  Everything stops: the pods are deleted, last member first');
  for (const [member, running] of [...show.pods].sort(([a], [b]) => b.localeCompare(a))) {
    const whole = member.endsWith('-0');
    if (whole) {
      terminal.print();
      terminal.print(`  ${terminal.style.bold(member)} on ${running.pod.node.name}, by firecamp-stopcontainer`);
    }
    const run = await end(show, running);
    checks.expect(`the release of ${member} ends with 0`, run.code === 0, run.stderr.slice(-600));
    tell(show, run, running.pod, [], whole);
    show.world.kube.remove(member);
    show.pods.delete(member);
  }
}

/** What kubelet does to a deleted pod: the main container ends, then the stop container gets SIGTERM. */
async function end(show: Show, { pod, waiter, server }: RunningPod): Promise<Run> {
  show.world.kube.markDeleted(pod.member, graceSeconds);
  await server?.stop();
  // Without the waiting process: as a preStop hook runs it.
  return waiter === undefined ? pod.run('stopcontainer', ['--once']) : waiter.end();
}
