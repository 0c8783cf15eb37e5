import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '../../common/runtime/system-clock.ts';
import type { Built } from '../build/ensure-built.ts';
import { type KubeEndpoint, namespace } from '../demo/kube-endpoint.ts';
import { type Ended, followProgram, type Running } from '../rig/running-program.ts';
import { timeUntil } from './wait.ts';

/** The variables with which the programs reach AWS: those of whoever runs the acceptance. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a pod of the member needs to be played on this instance. */
export interface ClaimWorld {
  readonly built: Built;
  readonly kube: KubeEndpoint;
  readonly env: Environment;
  readonly cluster: string;
  readonly service: { readonly name: string; readonly uuid: string };
  readonly nodeIp: string;
}

/** A pod of the member on this instance: its containers are processes, its volumes folders, and kubelet's part is played. */
export class ClaimPod implements AsyncDisposable {
  readonly #world: ClaimWorld;
  readonly #member: string;
  readonly #dir: string;
  readonly #env: Environment;
  #waiter: Running | undefined;

  private constructor(world: ClaimWorld, member: string, dir: string, env: Environment) {
    this.#world = world;
    this.#member = member;
    this.#dir = dir;
    this.#env = env;
  }

  /** Makes the pod, in place of one of the member before, and starts its stop container, which waits. */
  static async start(world: ClaimWorld, member: string, more: Environment, signal: AbortSignal): Promise<ClaimPod> {
    const dir = await mkdtemp(join(tmpdir(), 'firecamp-acceptance-'));
    const { kube, cluster, service, nodeIp } = world;
    const { uid } = kube.create(member, nodeIp, 'acceptance');
    const file = (name: string) => join(dir, name);
    await Promise.all([mkdir(file('data')), mkdir(file('run')), writeFile(file('ca.crt'), kube.ca)]);
    await writeFile(file('token'), kube.token, { mode: 0o600 });
    const pod = new ClaimPod(world, member, dir, {
      ...world.env,
      ...{ CLUSTER: cluster, SERVICE_NAME: service.name, SERVICE_UUID: service.uuid, DB_TYPE: 'clouddb' },
      ...{ POD_NAME: member, POD_UID: uid, K8S_NAMESPACE: namespace, NODE_NAME: 'acceptance', HOST_IP: nodeIp },
      ...{ FIRECAMP_K8S_URL: kube.url, FIRECAMP_K8S_CA_FILE: file('ca.crt'), FIRECAMP_K8S_TOKEN_FILE: file('token') },
      ...{ FIRECAMP_DATA_DIR: file('data'), FIRECAMP_RUN_DIR: file('run') },
      ...{ FIRECAMP_TERMINATION_LOG: file('termination-log'), LOG_FORMAT: 'json' },
      ...more,
    });
    pod.#waiter = pod.#program('stopcontainer');
    const waits = () => isWritten(file('run/waiter'));
    await timeUntil(waits, systemClock.monotonic(), { everyMs: 20, atMostMs: 10_000 }, signal);
    return pod;
  }

  /** Runs the claim to its end; a signal ends it as kubelet would. */
  async claim(signal: AbortSignal): Promise<Ended> {
    const running = this.#program('initcontainer');
    const end = () => running.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    try {
      return await running.ended;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Deletes the pod and ends its stop container, which releases. Once only; undefined afterwards. */
  async release(): Promise<Ended | undefined> {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) return undefined;
    this.#world.kube.markDeleted(this.#member, 30);
    waiter.kill('SIGTERM');
    const ended = await waiter.ended;
    this.#world.kube.remove(this.#member);
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
    await rm(this.#dir, { recursive: true, force: true });
  }

  #program(name: keyof Built): Running {
    // With this process killed they would keep the address on the host for ever; without them it goes by itself.
    const argv = ['--pdeathsig', 'KILL', this.#world.built[name]];
    return followProgram(spawn('setpriv', argv, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }
}

/** Whether a link of this host has the address. */
export async function isOnHost(ip: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ip', ['-o', '-4', 'address', 'show']);
  return stdout.includes(` ${ip}/`);
}

async function isWritten(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
