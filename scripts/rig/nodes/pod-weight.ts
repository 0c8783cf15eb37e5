import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';

/** Where containerd puts the containers of kubelets that name no cgroup for their pods: of all machines of the rig in one. */
const group = 'k8s.io';

/** As much of the processors as so many other processes that want them all have together. */
const processes = 64;

/**
 * Lets pods have their share of the processors beside everything else that runs, as kubelet does with cgroups for pods: by default all of them together
 * weigh as much as one process, and programs that have a few seconds of a grace period starve on a busy machine. Where the group
 * cannot be written (it belongs to others) all stays as it is.
 */
export async function givePodsWeight(): Promise<void> {
  // Kernel documentation, "CFS Scheduler": a process weighs 1024 of cpu.shares; "Control Group v2": 100 of cpu.weight, 10000 at most.
  const [root, file, one] = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? ['/sys/fs/cgroup', 'cpu.weight', 100]
    : ['/sys/fs/cgroup/cpu', 'cpu.shares', 1_024];
  try {
    await mkdir(`${root}/${group}`, { recursive: true });
    await writeFile(`${root}/${group}/${file}`, String(processes * one), { flag: 'r+' });
  } catch {
    // Somebody else's machine, then: its pods have what they have.
  }
}
