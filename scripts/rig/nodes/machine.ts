import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shortHash } from '../cache.ts';
import { type RigProcess, run, startProcess, waitUntilReady } from '../processes.ts';

import { makePodCgroup, removePodCgroup } from './pod-cgroup.ts';

/** Folders that outlive a reboot, by the path at which the machine has them. */
const disks = {
  '/var/lib/kubelet': 'kubelet',
  '/var/lib/containerd': 'containerd',
  '/var/log/pods': 'pod-logs',
  '/var/log/containers': 'container-logs',
  '/var/lib/cni': 'cni',
} as const;

/**
 * Settings of the whole kernel that a kubelet would change for every program of the computer (kubernetes pkg/kubelet/cm, setupKernelTunables): the
 * machine sees them as kubelet wants them, in files of its own.
 */
const tunables = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1_000_000,
  'kernel/keys/root_maxbytes': 25_000_000,
} as const;

/** A path of the machine that outlives a reboot. */
export type DiskPath = keyof typeof disks;

/**
 * A machine that runs pods: process ids, mounts and /run of its own on the network namespace of a node of the fabric. Ending its first
 * process ends everything that ever started on it, containers too, as losing its power does.
 */
export class Machine {
  readonly name: string;
  /** Control group of its pods; there as long as it is on. */
  readonly podCgroup: string;
  readonly #folder: string;
  #first: { readonly process: RigProcess; readonly pid: number } | undefined;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.podCgroup = `/firecamp-rig-${shortHash(folder)}`;
    this.#folder = folder;
  }

  /** Makes its disk in `folder`, with /etc/resolv.conf; the machine is off. */
  static async create(name: string, folder: string, resolvConf: string): Promise<Machine> {
    for (const disk of Object.values(disks)) await mkdir(join(folder, disk), { recursive: true });
    await writeFile(join(folder, 'resolv.conf'), resolvConf);
    await writeFile(join(folder, 'boot.sh'), bootScript(folder));
    return new Machine(name, folder);
  }

  /** Where this process finds a folder of the machine's disk. */
  onDisk(path: DiskPath, ...rest: string[]): string {
    return join(this.#folder, disks[path], ...rest);
  }

  /** Where the log of one of its programs is; for people, not for the machine. */
  logFile(program: string): string {
    return join(this.#folder, `${program}.log`);
  }

  get running(): boolean {
    return this.#first !== undefined && !this.#first.process.ended();
  }

  /** Boots it: with what is on its disk, nothing running. */
  async powerOn(): Promise<void> {
    if (this.running) throw new Error(`machine ${this.name} is on already`);
    await makePodCgroup(this.podCgroup);
    const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
    const argv = [`--net=/run/netns/${this.name}`, '--', ...own, 'sh', join(this.#folder, 'boot.sh')];
    const started = await startProcess('nsenter', argv, this.logFile('boot'));
    await waitUntilReady(`machine ${this.name}`, started, () => hasBooted(started));
    this.#first = { process: started, pid: await onlyChild(started) };
  }

  /** Takes its power: every process is gone at once, and nothing is written any more. */
  async powerOff(): Promise<void> {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) return;
    await first.process.kill();
    // The kernel ends the rest of a process namespace after its first process.
    while (existsSync(`/proc/${first.pid}`)) await sleep(10);
    await removePodCgroup(this.podCgroup);
  }

  /** Starts a program that runs until it is stopped, or until the machine is off. */
  async start(program: string, argv: readonly string[]): Promise<RigProcess> {
    const [command = '', ...args] = this.#inside(argv);
    const entered = await startProcess(command, args, this.logFile(program));
    // nsenter stays outside and waits for the program, which alone is in the namespace of processes.
    const pid = await onlyChild(entered);
    const end = async (signal: NodeJS.Signals) => {
      if (!entered.ended()) process.kill(pid, signal);
      while (!entered.ended()) await sleep(10);
    };
    return { ...entered, pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
  }

  /**
   * Runs a command to its end.
   *
   * @returns what it printed.
   * @throws Error with its output when it fails.
   */
  run(argv: readonly string[]): Promise<string> {
    const [command = '', ...args] = this.#inside(argv);
    return run(command, args);
  }

  #inside(argv: readonly string[]): string[] {
    if (!this.#first || !this.running) throw new Error(`machine ${this.name} is off: cannot run ${argv.join(' ')}`);
    return ['nsenter', '--target', String(this.#first.pid), '--mount', '--pid', '--net', '--', ...argv];
  }
}

/** Whether the first process of the machine has come to the end of its script. setpriv and nsenter become unshare, whose child it is. */
async function hasBooted(started: RigProcess): Promise<boolean> {
  const [pid] = await childrenOf(started.pid);
  return pid !== undefined && existsSync(`/proc/${pid}/root/run/booted`);
}

async function onlyChild(parent: RigProcess): Promise<number> {
  for (;;) {
    const [pid] = await childrenOf(parent.pid);
    if (pid !== undefined) return pid;
    if (parent.ended()) throw new Error(`It ended at once:\n${await parent.tail()}`);
    await sleep(5);
  }
}

/** Empty where the process is gone. */
async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.split(' ').filter(Boolean).map(Number);
}

/** What its first process does: mounts, and then take in the processes whose parents are gone. */
function bootScript(folder: string): string {
  return [
    'set -e',
    ...['/run', '/var/lib', '/var/log'].map((path) => `mount -t tmpfs tmpfs ${path}`),
    ...Object.entries(disks).flatMap(([path, disk]) => [`mkdir ${path}`, `mount --bind ${join(folder, disk)} ${path}`]),
    `mount --bind ${join(folder, 'resolv.conf')} /etc/resolv.conf`,
    ...Object.entries(tunables).map(
      ([name, value], n) => `echo ${value} > /run/tunable-${n} && mount --bind /run/tunable-${n} /proc/sys/${name}`,
    ),
    'touch /run/booted',
    // A shell that waits takes in orphans as an init does.
    'sleep infinity & wait',
  ].join('\n');
}
