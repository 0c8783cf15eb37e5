import t from 'tap';
import type { LiveObject } from '../../../common/ports/kube-objects.ts';
import { podState } from '../../../orchestrator/status/pod-state.ts';

/** A pod of the service `redis` with this status. */
function podWith(status: Readonly<Record<string, unknown>>): LiveObject {
  const labels = { 'controller-revision-hash': 'redis-7' };
  const metadata = {
    name: 'redis-0',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-11-22T07:00:00Z',
    labels,
  };
  const containers = [
    { name: 'beside', image: 'other:1' },
    { name: 'redis', image: 'redis:7' },
  ];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'n', containers }, status };
}

const claimFailed = { exitCode: 5, reason: 'Error', message: 'FC-ENI-001 10.0.16.10 is held by\n interface eni-9.' };

const troubles: Readonly<
  Record<string, readonly [status: Readonly<Record<string, unknown>>, trouble: readonly string[]]>
> = {
  'nothing of containers that start': [
    {
      initContainerStatuses: [{ name: 'memberinit-redis', state: { running: {} } }],
      containerStatuses: [{ name: 'redis', state: { waiting: { reason: 'PodInitializing' } } }],
    },
    [],
  ],
  'nothing of an init container that has done its work': [
    {
      initContainerStatuses: [
        { name: 'memberinit-redis', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      ],
    },
    [],
  ],
  'the claim’s own last words while it waits to be run again': [
    {
      initContainerStatuses: [
        {
          name: 'memberinit-redis',
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' } },
          lastState: { terminated: claimFailed },
        },
      ],
    },
    ['memberinit-redis: CrashLoopBackOff: Error with exit code 5: FC-ENI-001 10.0.16.10 is held by interface eni-9.'],
  ],
  'the claim’s own last words right after it failed': [
    { initContainerStatuses: [{ name: 'memberinit-redis', state: { terminated: claimFailed } }] },
    ['memberinit-redis: Error with exit code 5: FC-ENI-001 10.0.16.10 is held by interface eni-9.'],
  ],
  'an image that cannot be pulled': [
    { containerStatuses: [{ name: 'redis', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }] },
    ['redis: ErrImagePull: not found'],
  ],
  'how a container ended that runs again and is not ready': [
    {
      containerStatuses: [
        {
          name: 'redis',
          ready: false,
          state: { running: {} },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
        },
        { name: 'well', ready: true, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } },
      ],
    },
    ['redis: OOMKilled with exit code 137'],
  ],
  'why no node will do': [
    {
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
      ],
    },
    ['Unschedulable: 0/3 nodes are available'],
  ],
  'why the pod was evicted': [
    { reason: 'Evicted', message: 'The node was low on memory' },
    ['Evicted: The node was low on memory'],
  ],
};

for (const [what, [status, trouble]] of Object.entries(troubles)) {
  t.test(`tells ${what}`, (t) => {
    t.strictSame(podState(podWith({ phase: 'Pending', ...status }), 'redis').trouble, trouble);
    t.end();
  });
}

t.test('takes image and revision of the main container, and the restarts of all', (t) => {
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-22T07:01:00Z' }];
  const statuses = { initContainerStatuses: [{ restartCount: 2 }], containerStatuses: [{ restartCount: 1 }] };
  t.match(podState(podWith({ phase: 'Running', hostIP: '10.0.0.1', conditions, ...statuses }), 'redis'), {
    ...{ image: 'redis:7', revision: 'redis-7', restarts: 3, node: 'n', hostIp: '10.0.0.1' },
    ...{ ready: true, readySince: '2026-11-22T07:01:00Z', terminating: false, phase: 'Running' },
  });
  t.end();
});
