import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = '/sys/fs/cgroup';

/** As much of the processors as so many other processes that want them all have together. */
const processes = 64;

/**
 * Makes the control group of a machine's pods, and gives them their share of the processors beside everything else that runs, as kubelet does on
 * a node: by default all of them together weigh as much as one process, and programs that have a few seconds of a grace period
 * starve on a busy machine. Where it cannot be written all stays as it is.
 *
 * @param group - absolute path among the control groups, of one folder.
 */
export async function makePodCgroup(group: string): Promise<void> {
  // Kernel documentation, "CFS Scheduler": a process weighs 1024 of cpu.shares; "Control Group v2": 100 of cpu.weight, 10000 at most.
  const [folder, file, one] = isUnified() ? [root, 'cpu.weight', 100] : [join(root, 'cpu'), 'cpu.shares', 1_024];
  try {
    await mkdir(join(folder, group), { recursive: true });
    await writeFile(join(folder, group, file), String(processes * one), { flag: 'r+' });
  } catch {
    // Somebody else's machine, then: its pods have what they have.
  }
}

/** Removes it with what containers have left in it, of all controllers; their processes are gone, or about to be. */
export async function removePodCgroup(group: string): Promise<void> {
  const hierarchies = isUnified() ? [root] : (await readdir(root)).map((controller) => join(root, controller));
  for (const folder of hierarchies.map((hierarchy) => join(hierarchy, group))) {
    if (existsSync(folder)) await removeGroups(folder);
  }
}

async function removeGroups(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((one) => one.isDirectory())) await removeGroups(join(folder, entry.name));
  // Busy as long as the kernel still ends a process in it.
  for (let left = 100; left > 0; left -= 1) {
    const done = await rmdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
    );
    if (done) return;
    await sleep(20);
  }
}

function isUnified(): boolean {
  return existsSync(join(root, 'cgroup.controllers'));
}
