import { test } from 'tap';
import { readClaimConfig } from '../../../initcontainer/config.ts';
import { statefulSet } from '../../../orchestrator/manifests/stateful-set.ts';
import { readReleaseConfig } from '../../../stopcontainer/config.ts';
import { containerOf, type FoundContainer, podOf, specOf } from './parts.ts';
import { bare, cluster, facts, nothingKnown, oldCluster, redis } from './sample-service.ts';

const set = statefulSet(redis, facts, cluster);
const withoutIp = statefulSet({ ...redis, staticIp: false }, facts, cluster);
const tested = statefulSet({ ...redis, testMode: true }, facts, cluster);
const names = (containers: readonly FoundContainer[] | undefined) => containers?.map(({ name }) => name);

test('the stop container is a sidecar before the claim, so that a pod that is ended while it claims still releases', async (t) => {
  t.strictSame(names(podOf(set).initContainers), ['memberstop-redis', 'memberinit-redis']);
  t.strictSame(names(podOf(set).containers), ['redis']);
  t.equal(containerOf(set, 'memberstop-redis').restartPolicy, 'Always');
  t.notOk('restartPolicy' in containerOf(set, 'memberinit-redis'), 'the claim has to end');
});

test('the two containers name their programs, so that one image can serve for both', async (t) => {
  const started = ['memberstop-redis', 'memberinit-redis'].map((name) => containerOf(set, name));
  t.match(started, [
    { image: 'registry.example.com/firecamp/firecamp-stopcontainer:0.1.0', command: ['/firecamp-stopcontainer'] },
    { image: 'registry.example.com/firecamp/firecamp-initcontainer:0.1.0', command: ['/firecamp-initcontainer'] },
  ]);
});

test('before Kubernetes 1.29 the stop container stands beside the main container', async (t) => {
  const old = statefulSet(redis, facts, oldCluster);
  t.strictSame(names(podOf(old).initContainers), ['memberinit-redis']);
  t.strictSame(names(podOf(old).containers), ['redis', 'memberstop-redis']);
  t.notOk('restartPolicy' in containerOf(old, 'memberstop-redis'), 'which such a cluster does not know');
  t.match(containerOf(old, 'memberstop-redis'), {
    lifecycle: { preStop: { exec: { command: [String, '--await-main'] } } },
  });
  t.match(podOf(old), { shareProcessNamespace: true }, 'or the hook could not see the main container');
  t.notOk('shareProcessNamespace' in podOf(set), 'a sidecar ends after it by itself');
});

test('with TESTMODE the stop container is one that may end, and the pod asks for nothing that not every cluster has', async (t) => {
  for (const where of [cluster, oldCluster]) {
    const pod = podOf(statefulSet({ ...redis, testMode: true }, facts, where));
    t.strictSame(names(pod.initContainers), ['memberstop-redis', 'memberinit-redis']);
    t.notOk(pod.initContainers?.some((container) => 'restartPolicy' in container || 'readinessProbe' in container));
  }
  const pod = podOf(tested);
  t.notOk('hostNetwork' in pod);
  t.notOk('nodeAffinity' in pod.affinity, 'zones need not exist');
  t.ok('preferredDuringSchedulingIgnoredDuringExecution' in pod.affinity.podAntiAffinity, 'one node will do');
  t.notOk('volumeClaimTemplates' in specOf(tested));
  t.match(pod.volumes.slice(0, 2), [
    { name: 'redis-data', emptyDir: {} },
    { name: 'redis-journal', emptyDir: {} },
  ]);
  t.match(containerOf(tested, 'memberinit-redis').env?.[0], { name: 'TESTMODE', value: 'true' });
  t.notOk(containerOf(set, 'memberinit-redis').env?.some(({ name }) => name === 'TESTMODE'));
});

test('only members with a static IP are on the host network, each on a node of its own, with cluster DNS all the same', async (t) => {
  t.match(podOf(set), { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
  t.ok('requiredDuringSchedulingIgnoredDuringExecution' in podOf(set).affinity.podAntiAffinity);
  t.notOk('hostNetwork' in podOf(withoutIp));
  t.equal(podOf(withoutIp).dnsPolicy, 'ClusterFirst');
  t.ok('preferredDuringSchedulingIgnoredDuringExecution' in podOf(withoutIp).affinity.podAntiAffinity);
});

test('NET_ADMIN is given where an address is moved, rights over files where files are written, and nothing to the main container', async (t) => {
  const added = (one: typeof set) =>
    ['memberinit-redis', 'memberstop-redis', 'redis'].map(
      (name) => containerOf(one, name).securityContext?.capabilities?.add,
    );
  t.strictSame(added(set), [['CHOWN', 'DAC_OVERRIDE', 'NET_ADMIN'], ['DAC_OVERRIDE', 'NET_ADMIN'], undefined]);
  t.strictSame(added(withoutIp), [['CHOWN', 'DAC_OVERRIDE'], undefined, undefined]);
  t.strictSame(added(tested), [undefined, undefined, undefined]);
  for (const one of [set, withoutIp, tested]) {
    for (const name of ['memberinit-redis', 'memberstop-redis']) {
      t.match(containerOf(one, name).securityContext, {
        ...{ runAsUser: 0, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
        ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
      });
    }
    t.notOk('securityContext' in containerOf(one, 'redis'), 'the main container’s user is its image’s');
  }
});

test('the token is mounted where the API server is asked, and not in the main container', async (t) => {
  t.equal(podOf(set).automountServiceAccountToken, false);
  const has = (name: string) =>
    (containerOf(set, name).volumeMounts ?? []).some(({ mountPath }) => mountPath.startsWith('/var/run/secrets/'));
  t.strictSame(['memberinit-redis', 'memberstop-redis', 'redis'].map(has), [true, true, false]);
});

test('the programs take their settings as they are given', async (t) => {
  const fields: Record<string, string> = {
    ...{ 'metadata.name': 'redis-1', 'metadata.namespace': 'data', 'spec.nodeName': 'node-1' },
    ...{ 'metadata.uid': '1c0f9a6e-2b7d-4d7b-9a43-6f1d2c3b4a5e', 'status.hostIP': '10.0.1.5' },
  };
  const envOf = (name: string) =>
    Object.fromEntries(
      (containerOf(set, name).env ?? []).map((one) => [
        one.name,
        one.value ?? fields[one.valueFrom?.fieldRef.fieldPath ?? ''],
      ]),
    );
  const configs = [
    readClaimConfig([], envOf('memberinit-redis')).values,
    readReleaseConfig([], envOf('memberstop-redis')).values,
  ];
  for (const config of configs) {
    t.match(config, {
      ...{ testMode: false, cluster: 'c1', serviceName: 'redis', dbType: 'clouddb', region: 'us-east-1' },
      ...{ serviceUuid: facts.serviceUuid, vpcCni: 'present', detachPolicy: 'detach', namespace: 'data' },
      ...{ memberName: 'redis-1', podUid: fields['metadata.uid'], nodeName: 'node-1', hostIp: '10.0.1.5' },
    });
    for (const name of ['memberinit-redis', 'memberstop-redis']) {
      const paths = containerOf(set, name).volumeMounts?.map(({ mountPath }) => mountPath);
      t.ok(paths?.includes(config.dataDir) && paths.includes(config.runDir), `${name} has data and run folder`);
    }
  }
});

test('a service UUID that is not known yet is left to the programs, and changes no field that cannot be changed', async (t) => {
  const before = statefulSet(redis, nothingKnown, cluster);
  t.notOk(containerOf(before, 'memberinit-redis').env?.some(({ name }) => name === 'SERVICE_UUID'));
  for (const field of ['selector', 'serviceName', 'volumeClaimTemplates', 'podManagementPolicy']) {
    t.strictSame(specOf(before)[field], specOf(set)[field], field);
  }
});

test('members start side by side and restart only when told to; their claims outlive them', async (t) => {
  t.match(specOf(set), {
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'OnDelete' },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    replicas: 3,
    serviceName: 'redis',
  });
});

test('a declared port is a host port where the member is reached by its node’s address', async (t) => {
  const ports = (service: typeof redis) => containerOf(statefulSet(service, facts, cluster), 'redis').ports;
  t.match(ports(redis), [{ name: 'client', containerPort: 6379, hostPort: 6379 }]);
  t.match(ports({ ...redis, staticIp: false }), [{ hostPort: 6379 }], 'its name is the node’s address');
  t.notOk('hostPort' in (ports({ ...redis, staticIp: false, registerDns: false })?.[0] ?? {}));
  t.equal(ports(redis)?.length, 1, 'a port that is not declared is not there');
});

test('members are kept to the zones, and to the subnets of their addresses where nodes tell theirs', async (t) => {
  const expressions = (known: typeof facts, subnetLabel: string | undefined) =>
    podOf(statefulSet(redis, known, { ...cluster, subnetLabel })).affinity.nodeAffinity;
  const zones = { key: 'topology.kubernetes.io/zone', operator: 'In', values: redis.zones };
  const subnets = { key: 'example.com/subnet-id', operator: 'In', values: ['subnet-00', 'subnet-01', 'subnet-02'] };
  const of = (...matchExpressions: unknown[]) => ({
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  });
  t.strictSame(expressions(facts, 'example.com/subnet-id'), of(zones, subnets));
  t.strictSame(expressions(facts, undefined), of(zones));
  t.strictSame(expressions(nothingKnown, 'example.com/subnet-id'), of(zones));
});

test('the main container sees its volumes where it wants them, the claim sees the data at /data', async (t) => {
  const moved = statefulSet(
    { ...redis, dataVolume: redis.dataVolume && { ...redis.dataVolume, mountPath: '/var/lib/redis' } },
    facts,
    cluster,
  );
  t.match(containerOf(moved, 'redis').volumeMounts, [
    { name: 'redis-data', mountPath: '/var/lib/redis' },
    { name: 'redis-journal', mountPath: '/journal' },
  ]);
  t.match(containerOf(moved, 'memberinit-redis').volumeMounts?.[0], { name: 'redis-data', mountPath: '/data' });
});

test('config files of a member without a data volume have a place of the pod’s own', async (t) => {
  const set = statefulSet(bare, nothingKnown, cluster);
  t.match(podOf(set).volumes[0], { name: 'bare-data', emptyDir: {} });
  t.match(containerOf(set, 'bare').volumeMounts, [{ name: 'bare-data', mountPath: '/data' }]);
  t.notOk('volumeClaimTemplates' in specOf(set));
});

test('only a member with a static IP is ready by its address', async (t) => {
  t.ok('readinessProbe' in containerOf(set, 'memberstop-redis'));
  t.notOk('readinessProbe' in containerOf(withoutIp, 'memberstop-redis'));
});

test('a limit that is 0 is none, and a limit without a reservation reserves as much', async (t) => {
  const resources = (more: Partial<typeof redis.resources>) => {
    const none = { maxCpuUnits: 0, reserveCpuUnits: 0, maxMemMb: 0, reserveMemMb: 0 };
    return containerOf(statefulSet({ ...redis, resources: { ...none, ...more } }, facts, cluster), 'redis').resources;
  };
  t.strictSame(resources({}), {});
  t.strictSame(resources({ reserveCpuUnits: 256, reserveMemMb: 256 }), { requests: { cpu: '256m', memory: '256Mi' } });
  t.strictSame(resources({ maxCpuUnits: 2000 }), { limits: { cpu: '2' }, requests: { cpu: '2' } });
});
