import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { deleteTask } from '../../../orchestrator/tasks/delete-task.ts';
import { getTaskStatus } from '../../../orchestrator/tasks/get-task-status.ts';
import { runTask } from '../../../orchestrator/tasks/run-task.ts';
import { getServiceTask, listActiveServiceTasks } from '../../../orchestrator/tasks/service-tasks.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { eventually } from '../eventually.ts';
import { kubeFront } from '../kube-front.ts';
import { addFleet, orchestratorWorld, wholeCluster } from '../world.ts';

interface Live {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly [field: string]: unknown };
  readonly status: { readonly phase?: string; readonly [field: string]: unknown };
}

test('on a whole control plane with played nodes', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  const { namespace } = world;
  await addFleet(kube, world.account);
  await createService(world.operation(), redisIn(world.settings, { terminationGracePeriodSeconds: 1 }));
  const jobPath = (name: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
  const podPath = (name: string) => `/api/v1/namespaces/${namespace}/pods/${name}`;
  const read = async (path: string) => (await kube.admin('GET', path)) as Live;
  const podsOf = async (task: string) => {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=firecamp-tasktype%3D${task}`;
    return ((await kube.admin('GET', path)) as { items: Live[] }).items;
  };
  /** The task's one pod, once its kubelet has seen it. */
  const podOf = (task: string) =>
    eventually(async () => {
      const [pod] = await podsOf(task);
      if (pod?.status.phase !== 'Running') throw new Error(`the pod of ${task} is ${pod?.status.phase}`);
      return pod;
    });
  /** What a kubelet would say of a pod whose container has ended. */
  const ends = async ({ metadata: { name } }: Live, exitCode: number, message: string) => {
    const pod = await read(podPath(name));
    const finishedAt = '2026-01-01T00:00:00Z';
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      message,
      finishedAt,
      startedAt: finishedAt,
    };
    const container = { name: 'main', image: 'i', imageID: '', ready: false, restartCount: 0, state: { terminated } };
    const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
    const status = { ...pod.status, phase, containerStatuses: [container] };
    await kube.admin('PUT', `${podPath(name)}/status`, { ...pod, status });
  };
  const stopped = (id: string) =>
    eventually(async () => {
      const status = await getTaskStatus(world.operation(), id);
      if (status.status === 'running') throw new Error(`${id} is running`);
      return status;
    });

  await t.test('a task runs once with what was asked for, and says that it succeeded', async (t) => {
    const request = { taskType: 'init', image: 'tool:1', command: ['sh', '-c', 'init'], env: { A: 'b' } };
    t.equal(await runTask(world.operation({ dryRun: 'server' }), 'redis', request), 'redis-init');
    t.match(await rejectionOf(getTaskStatus(world.operation(), 'redis-init')), { code: 'FC-SVC-008' });
    t.equal(await runTask(world.operation(), 'redis', request), 'redis-init');
    t.equal(await runTask(world.operation(), 'redis', { taskType: 'init' }), 'redis-init', 'it is there already');
    const container = { image: 'tool:1', command: ['sh', '-c', 'init'], env: [{ name: 'A', value: 'b' }] };
    t.match(await read(jobPath('redis-init')), {
      spec: {
        backoffLimit: 2,
        ttlSecondsAfterFinished: 3600,
        template: { spec: { restartPolicy: 'Never', serviceAccountName: String, containers: [container] } },
      },
    });
    const running = { taskId: 'redis-init', status: 'running', finishedAt: undefined, reason: undefined };
    const pod = await podOf('init');
    t.match(await getTaskStatus(world.operation(), 'redis-init'), { ...running, startedAt: /^20/ });
    await ends(pod, 0, '');
    t.match(await stopped('redis-init'), { startedAt: /^20/, finishedAt: /^20/, reason: 'success' });
  });

  await t.test('a task that fails says why, in the Job’s and in its pod’s words', async (t) => {
    await runTask(world.operation(), 'redis', { taskType: 'fails' });
    const job = await read(jobPath('redis-fails'));
    // With two more tries it would take half a minute longer.
    await eventually(async () => {
      const now = await read(jobPath('redis-fails'));
      await kube.admin('PUT', jobPath('redis-fails'), { ...now, spec: { ...now.spec, backoffLimit: 0 } });
    });
    t.equal(job.spec['backoffLimit'], 2);
    await ends(await podOf('fails'), 3, 'no such table');
    const reason = /^BackoffLimitExceeded: .*; pod redis-fails-\w+: Error with exit code 3: no such table$/;
    t.match(await stopped('redis-fails'), { finishedAt: /^20/, reason });
  });

  await t.test('a task has failed when that is decided, though its pod is still ending', async (t) => {
    await runTask(world.operation(), 'redis', { taskType: 'slow' });
    await podOf('slow');
    await eventually(async () => {
      const now = await read(jobPath('redis-slow'));
      await kube.admin('PUT', jobPath('redis-slow'), { ...now, spec: { ...now.spec, activeDeadlineSeconds: 1 } });
    });
    t.match(await stopped('redis-slow'), { finishedAt: /^20/, reason: /^DeadlineExceeded: / });
    const { status } = await read(jobPath('redis-slow'));
    t.match(status['conditions'], [{ type: 'FailureTarget', status: 'True' }]);
    t.equal((await podsOf('slow')).length, 1);
  });

  await t.test('the pods of a service are listed, and one is found by its node', async (t) => {
    const members = await eventually(async () => {
      const tasks = await listActiveServiceTasks(world.operation(), 'redis');
      const up = tasks.filter(({ phase, taskId }) => phase === 'Running' && /^redis-\d$/.test(taskId));
      if (up.length !== 3) throw new Error(`${up.length} members run`);
      return up;
    });
    t.strictSame(
      members.map(({ taskId }) => taskId),
      ['redis-0', 'redis-1', 'redis-2'],
    );
    const node = members[1]?.node ?? '';
    t.strictSame(await getServiceTask(world.operation(), 'redis', node), members[1]);
    t.match(await rejectionOf(getServiceTask(world.operation(), 'redis', 'nowhere')), { code: 'FC-SVC-008' });
    await kube.admin('POST', `/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name: 'twin', labels: { 'firecamp-servicename': 'redis' } },
      spec: { nodeName: node, containers: [{ name: 'main', image: 'i' }] },
    });
    const error = await rejectionOf(getServiceTask(world.operation(), 'redis', node));
    t.match(error, { code: 'FC-SVC-009', fields: { pods: ['redis-1', 'twin'] } });
    t.strictSame(await listActiveServiceTasks(world.operation(), 'nobody'), []);
  });

  await t.test('a task is deleted with its pods, also twice, and then runs anew', async (t) => {
    t.match(await deleteTask(world.operation(), 'redis', 'slow', { waitSeconds: 90 }), [
      { action: 'delete', kind: 'Job' },
    ]);
    t.match(await rejectionOf(getTaskStatus(world.operation(), 'redis-slow')), { code: 'FC-SVC-008' });
    t.strictSame(await podsOf('slow'), []);
    t.strictSame(await deleteTask(world.operation(), 'redis', 'slow'), []);
    const deleting = deleteTask(world.operation(), 'redis', 'init');
    await deleting;
    await runTask(world.operation(), 'redis', { taskType: 'init' });
    t.match(await getTaskStatus(world.operation(), 'redis-init'), { status: 'running' });
  });

  await t.test('a Job of somebody else is neither taken for a task nor deleted', async (t) => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'i' }] } };
    await kube.admin('POST', `/apis/batch/v1/namespaces/${namespace}/jobs`, {
      metadata: { name: 'redis-theirs' },
      spec: { suspend: true, template },
    });
    const error = await rejectionOf(runTask(world.operation(), 'redis', { taskType: 'theirs' }));
    t.match(error, { code: 'FC-K8S-005', message: /Job redis-theirs is not firecamp’s/ });
    t.match(await rejectionOf(getTaskStatus(world.operation(), 'redis-theirs')), { code: 'FC-SVC-008' });
    t.match(await deleteTask(world.operation(), 'redis', 'theirs'), [{ action: 'keep', detail: /is not firecamp’s/ }]);
    t.match(await read(jobPath('redis-theirs')), { metadata: { name: 'redis-theirs' } });
  });

  await t.test('a task of a name that cannot be, or of a service that is not there, is refused', async (t) => {
    for (const taskType of ['In it', 'a'.repeat(60), '-x', '']) {
      t.match(await rejectionOf(runTask(world.operation(), 'redis', { taskType })), { code: 'FC-CFG-001' }, taskType);
    }
    t.match(await rejectionOf(runTask(world.operation(), 'nobody', { taskType: 'init' })), { code: 'FC-SVC-002' });
    const unfit = rejectionOf(runTask(world.operation(), 'redis', { taskType: 'unfit', image: '' }));
    t.match(await unfit, { code: 'FC-K8S-006', message: /image/ });
  });

  await t.test('a task is made once though the API server throttles, fails and loses answers', async (t) => {
    const front = await kubeFront(t, kube, ({ method, url, count }) => {
      if (!url.pathname.includes('/jobs')) return undefined;
      if (method === 'GET') return count === 1 ? { status: 429, retryAfter: 1 } : undefined;
      return ([{ status: 500 }, 'lose the answer'] as const)[count - 1];
    });
    const bad = await orchestratorWorld(t, front.api, { namespace, reservationTags: undefined });
    t.equal(await runTask(bad.operation(), 'redis', { taskType: 'again' }), 'redis-again');
    t.match(await getTaskStatus(world.operation(), 'redis-again'), { status: 'running' });
    t.equal(front.requests.filter(({ method }) => method === 'POST').length, 3);
  });
});
