import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Running, type RunOptions, TestPod } from './pod.ts';
import type { TestService } from './service.ts';
import { eventually } from './standing.ts';
import type { World } from './world.ts';

/** The shortest times that the product allows: tests need not wait for minutes. */
export const brisk = { FIRECAMP_WATCH_INTERVAL: '1', FIRECAMP_ADDRESS_LIFETIME: '10' };

/** Runs `firecamp-stopcontainer` as its container; resolves when it has announced itself, so that a claim can name it. */
export async function startStopContainer(pod: TestPod, options: RunOptions = {}): Promise<Running> {
  const before = await waiterId(pod);
  const stop = pod.start('stopcontainer', { ...options, env: { ...brisk, ...options.env } });
  await eventually('the stop container announces itself', async () => (await waiterId(pod)) !== before);
  return stop;
}

/** Resolves when the stop container of the pod keeps the address, which it says in its readiness file. */
export async function keepsAddress(pod: TestPod): Promise<void> {
  await eventually('the stop container keeps the address', () =>
    access(join(pod.runDir, 'ready')).then(
      () => true,
      () => false,
    ),
  );
}

/** A pod whose stop container waits beside a claim that is done: a member in service. */
export async function startMember(
  world: World,
  service: TestService,
  instanceId: string,
  options: RunOptions & { readonly dataDir?: string } = {},
): Promise<{ readonly pod: TestPod; readonly stop: Running }> {
  const { dataDir, ...run } = options;
  const pod = await TestPod.create(world, service, 0, instanceId, dataDir === undefined ? {} : { dataDir });
  const stop = await startStopContainer(pod, run);
  const claimed = await pod.claim({ env: { ...brisk, ...run.env } });
  if (claimed.code !== 0) throw new Error(`The claim on ${pod.node} ended with ${claimed.code}: ${claimed.stderr}`);
  await keepsAddress(pod);
  return { pod, stop };
}

/** What kubelet does to a pod that is deleted: a deletionTimestamp, then SIGTERM to its stop container; how that ended. */
export async function endMember(pod: TestPod, stop: Running, graceSeconds = 30) {
  await pod.markDeleted(graceSeconds);
  stop.kill('SIGTERM');
  return stop.ended;
}

/** Sets what kubelet would report of the pod. */
export async function setPhase(pod: TestPod, phase: string, containerStatuses: readonly object[] = []): Promise<void> {
  const path = `/api/v1/namespaces/${pod.world.namespace}/pods/${pod.name}`;
  const now = (await pod.world.api.admin('GET', path)) as { status: object };
  const status = { ...now.status, phase, containerStatuses };
  await pod.world.api.admin('PUT', `${path}/status`, { ...now, status });
}

/** The last line for people that a program left. */
export function lastWords(pod: TestPod): Promise<string> {
  return readFile(pod.terminationLog, 'utf8');
}

/** What is left of the files that a claim writes. */
export async function leftFiles(pod: TestPod): Promise<string[]> {
  const [run, conf] = await Promise.all([readdir(pod.runDir), readdir(join(pod.dataDir, 'conf')).catch(() => [])]);
  return [...run, ...conf].filter((name) => !['ready', 'waiter'].includes(name));
}

function waiterId(pod: TestPod): Promise<string> {
  return readFile(join(pod.runDir, 'waiter'), 'utf8').catch(() => '');
}
