import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fabric } from '../rig/network/fabric.ts';
import { type Ended, followProgram, type Running } from '../rig/running-program.ts';
import { namespace } from './kube-endpoint.ts';
import type { Programs } from './programs.ts';
import { nowMs } from './recorded-call.ts';
import { cluster, service } from './service.ts';
import { type DemoWorld, surroundings } from './world.ts';

type Program = 'initcontainer' | 'stopcontainer';

/** A node by its name and its instance. */
export interface DemoNode {
  readonly name: string;
  readonly instanceId: string;
}

/** How a program ended, when it ran, and by which name the store knows it. */
export interface Run extends Ended {
  readonly by: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** A stop container that waits. */
export interface Waiter extends Running {
  /** SIGTERM, and how the release that follows ended. */
  end(): Promise<Run>;
}

/** A member's pod on a node: its volumes are folders, its containers processes of that node. Kubelet's part is played here. */
export interface MemberPod {
  readonly member: string;
  readonly node: DemoNode;
  readonly uid: string;
  readonly dataDir: string;
  /** Starts the stop container beside; resolves when it has announced itself. */
  startWaiting(): Promise<Waiter>;
  /** Resolves when the stop container keeps the address. */
  keeps(): Promise<void>;
  /** Runs a program of the product to its end. */
  run(program: Program, args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** What the static IP file says; '' without one. */
  staticIpFile(): Promise<string>;
  /** Names of the files in the member's config folder. */
  files(): Promise<string[]>;
}

/** Makes the pod, in place of one of that name. The data volume follows the member. */
export async function makePod(
  world: DemoWorld,
  programs: Programs,
  fabric: Fabric | undefined,
  member: string,
  node: DemoNode,
): Promise<MemberPod> {
  const hostIp = world.cloud.ec2.interfacesOf(node.instanceId)[0]?.addresses[0] ?? '';
  const { uid } = world.kube.create(member, hostIp, node.name);
  const dataDir = join(world.dir, `${member}-data`);
  const runDir = join(world.dir, `${member}-${uid}-run`);
  await Promise.all([mkdir(dataDir, { recursive: true }), mkdir(runDir, { recursive: true })]);
  const env = {
    ...{ CLUSTER: cluster, SERVICE_NAME: service.name, SERVICE_UUID: service.uuid, DB_TYPE: 'clouddb' },
    ...{ POD_NAME: member, POD_UID: uid, K8S_NAMESPACE: namespace, NODE_NAME: node.name, HOST_IP: hostIp },
    ...{ FIRECAMP_DATA_DIR: dataDir, FIRECAMP_RUN_DIR: runDir },
    ...{ FIRECAMP_TERMINATION_LOG: join(runDir, 'termination-log'), LOG_FORMAT: 'json' },
  };
  let runs = 0;
  const start = (
    by: string,
    program: Program,
    args: readonly string[] = [],
    more: Readonly<Record<string, string>> = {},
  ) => {
    const all = { ...surroundings(world, node.instanceId, by), ...env, ...more };
    const options = { env: all, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
    const argv = [programs[program], ...args] as const;
    return followProgram(fabric === undefined ? spawn(argv[0], args, options) : fabric.exec(node.name, argv, options));
  };
  const conf = join(dataDir, 'conf');
  return {
    ...{ member, node, uid, dataDir },
    async startWaiting() {
      const by = `${uid}-waiter`;
      const running = start(by, 'stopcontainer');
      await written(join(runDir, 'waiter'));
      const end = async () => {
        const startedMs = nowMs();
        running.kill('SIGTERM');
        return { ...(await running.ended), by, startedMs, endedMs: nowMs() };
      };
      return { ...running, end };
    },
    keeps: () => written(join(runDir, 'ready')),
    async run(program, args, more) {
      runs += 1;
      const by = `${uid}-${runs}`;
      const startedMs = nowMs();
      const ended = await start(by, program, args, more).ended;
      return { ...ended, by, startedMs, endedMs: nowMs() };
    },
    staticIpFile: () => readFile(join(conf, 'firecamp-service-staticip'), 'utf8').catch(() => ''),
    files: async () => (await readdir(conf).catch(() => [])).sort(),
  };
}

async function written(file: string): Promise<void> {
  const until = Date.now() + 10_000;
  while ((await readFile(file, 'utf8').catch(() => undefined)) === undefined) {
    if (Date.now() > until) throw new Error(`The stop container did not write ${file} within 10 s.`);
    await sleep(10);
  }
}
