import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMember } from '../../../scripts/rig/network/member-traffic.ts';
import { type Ended, followProgram, type Running } from '../../../scripts/rig/running-program.ts';
import { why } from './look.ts';
import { type ContainerObject, type PodObject, podField } from './pod-object.ts';
import { eventually } from './standing.ts';
import { nodeName, type World } from './world.ts';

/** How the product's programs ended in a pod. */
export interface PlayedPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** The member's volume: the same folder for each pod of the claim. */
  readonly dataDir: string;
  /** Every end of a program, by its container's name, in order. */
  readonly ends: readonly (readonly [container: string, ended: Ended])[];
  /** Ends the pod as kubelet does; further calls change nothing. */
  end(): void;
  /** Ends its processes at once; resolves when they are over. */
  kill(): Promise<void>;
}

/** Where the parts of a pod are that a container would have mounted. */
interface Places {
  readonly data: string;
  readonly run: string;
  readonly token: string;
}

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
/** How many times a failing init container is run. */
const maxTries = 3;

/**
 * Plays the kubelet for one pod that a StatefulSet has made: init containers in their order, sidecars among them, then a server in place of the
 * main container that listens where the member's config file says. The programs get the environment and the mounts of the pod's own spec,
 * and beside it only what leads to the simulated cloud.
 */
export function playPod(world: World, object: PodObject, trouble: (text: string) => void): PlayedPod {
  const { name, uid, namespace } = object.metadata;
  const node = object.spec.nodeName ?? '';
  const claim = object.spec.volumes.find((one) => one.persistentVolumeClaim)?.persistentVolumeClaim?.claimName ?? uid;
  const dataDir = join(world.dir, namespace, claim);
  const base = join(world.dir, namespace, uid);
  const places = { data: dataDir, run: join(base, 'run'), token: join(base, 'token') };
  const ends: [string, Ended][] = [];
  const running = new Map<string, Running>();
  const over = new AbortController();
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const told = (error: unknown) => trouble(`${name} on ${node}: ${error instanceof Error ? error.message : error}`);
  let server: { stop(): Promise<void> } | undefined;

  const start = (container: ContainerObject): Running => {
    const started = run(world, object, container, places, container.command ?? []);
    running.set(container.name, started);
    void started.ended.then((ended) => {
      ends.push([container.name, ended]);
      running.delete(container.name);
    });
    return started;
  };

  const runInit = async (container: ContainerObject): Promise<void> => {
    for (let tries = 1; ; tries++) {
      const ended = await start(container).ended;
      if (ended.code === 0 || over.signal.aborted) return;
      if (tries === maxTries) throw new Error(`${container.name}: ${why(ended)}`);
      await sleep(1_000);
    }
  };

  const untilReady = async (container: ContainerObject): Promise<void> => {
    const command = container.readinessProbe?.exec.command;
    if (command === undefined) return;
    // A command of a probe has its container's environment.
    const probe = async () => (await run(world, object, container, places, command).ended).code === 0;
    await eventually(`${container.name} is ready`, probe);
  };

  const live = async (): Promise<void> => {
    await Promise.all([mkdir(places.data, { recursive: true }), mkdir(places.run, { recursive: true })]);
    const token = await world.api.serviceAccountToken(namespace, object.spec.serviceAccountName, { name, uid });
    await writeFile(places.token, token);
    await setStatus(world, path, uid, { phase: 'Pending', hostIP: hostIpOf(world, node) });
    const sidecars = object.spec.initContainers.filter((one) => one.restartPolicy === 'Always');
    for (const container of object.spec.initContainers) {
      if (over.signal.aborted) return;
      if (container.restartPolicy === 'Always') start(container);
      else await runInit(container);
    }
    if (over.signal.aborted) return;
    const place = await listenPlace(dataDir);
    if (place !== undefined) server = await startMember(world.fabric, node, place.ip, place.port);
    for (const sidecar of sidecars) await untilReady(sidecar);
    if (!over.signal.aborted) await setStatus(world, path, uid, { phase: 'Running', ...ready });
  };

  const die = async (): Promise<void> => {
    await server?.stop();
    const left = [...running.values()];
    for (const one of left) one.kill('SIGTERM');
    await Promise.all(left.map((one) => one.ended));
    await world.api.admin('DELETE', path, { gracePeriodSeconds: 0, preconditions: { uid } });
  };

  const lived = live().catch(told);
  return {
    ...{ name, uid, node, dataDir, ends },
    end() {
      if (over.signal.aborted) return;
      over.abort();
      for (const [container, one] of running) if (container.startsWith('memberinit-')) one.kill('SIGTERM');
      void lived.then(die).catch(told);
    },
    async kill() {
      over.abort();
      await server?.stop();
      const left = [...running.values()];
      for (const one of left) one.kill('SIGKILL');
      await Promise.all(left.map((one) => one.ended));
    },
  };
}

/** Runs a command of a container, whose programs are those that were built, in the pod's node. */
function run(
  world: World,
  pod: PodObject,
  container: ContainerObject,
  places: Places,
  command: readonly string[],
): Running {
  const [program = '', ...args] = command;
  const images: Readonly<Record<string, string>> = {
    '/firecamp-initcontainer': world.built.initcontainer,
    '/firecamp-stopcontainer': world.built.stopcontainer,
  };
  const argv = [images[program] ?? program, ...args];
  const env = environmentOf(world, pod, container, places);
  return followProgram(world.fabric.exec(pod.spec.nodeName ?? '', argv, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

/** What is mounted decides what the program is told of it: a mount that the spec lacks is missing here, too. */
function environmentOf(world: World, pod: PodObject, container: ContainerObject, places: Places): NodeJS.ProcessEnv {
  const hostIp = hostIpOf(world, pod.spec.nodeName ?? '');
  // The region is the spec's to say.
  const { AWS_REGION: _region, FIRECAMP_K8S_CA_FILE: ca, ...outside } = world.nodeEnvironment(instanceOf(world, pod));
  const own = (container.env ?? []).map(({ name, value, valueFrom }) => {
    return [name, valueFrom === undefined ? (value ?? '') : podField(pod, hostIp, valueFrom.fieldRef.fieldPath)];
  });
  const has = (path: string) => container.volumeMounts?.some((mount) => mount.mountPath === path);
  return {
    ...outside,
    ...(has('/data') && { FIRECAMP_DATA_DIR: places.data }),
    ...(has('/run/firecamp') && { FIRECAMP_RUN_DIR: places.run }),
    ...(has(account) && { FIRECAMP_K8S_TOKEN_FILE: places.token, FIRECAMP_K8S_CA_FILE: ca }),
    FIRECAMP_TERMINATION_LOG: join(places.run, '..', `termination-log-${container.name}`),
    ...Object.fromEntries(own),
  };
}

function instanceOf({ cloud: { topology } }: World, pod: PodObject): string {
  const found = topology.instances.find(({ id }) => nodeName(topology, id) === pod.spec.nodeName);
  return found?.id ?? '';
}

function hostIpOf({ cloud: { topology } }: World, node: string): string {
  const found = topology.instances.find(({ id }) => nodeName(topology, id) === node);
  return found?.interfaces[0]?.primaryIp ?? '';
}

/** The main container's work: to listen where the config file says; nothing where none says it. */
async function listenPlace(dataDir: string): Promise<{ readonly ip: string; readonly port: number } | undefined> {
  const text = await readFile(join(dataDir, 'conf', 'member.conf'), 'utf8').catch(() => '');
  const [, ip] = /^bind (\S+)$/m.exec(text) ?? [];
  const [, port] = /^port (\d+)$/m.exec(text) ?? [];
  return ip === undefined || port === undefined ? undefined : { ip, port: Number(port) };
}

/** Others write the pod beside us: one that was changed since is read again. */
async function setStatus({ api }: World, path: string, uid: string, status: object): Promise<void> {
  for (;;) {
    const now = (await api.admin('GET', path)) as PodObject;
    if (now.metadata.uid !== uid) return;
    try {
      await api.admin('PUT', `${path}/status`, { ...now, status: { ...now.status, ...status } });
      return;
    } catch (error) {
      if ((error as { status?: number }).status !== 409) throw error;
    }
  }
}
