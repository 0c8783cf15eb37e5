import { test } from 'tap';
import { volumeTags } from '../../../common/domain/volume-tags.ts';
import type { Quota } from '../../../common/ports/quotas.ts';
import type { Volume } from '../../../common/ports/volumes.ts';
import type { Look } from '../../../orchestrator/doctor/check.ts';
import { checks } from '../../../orchestrator/doctor/checks.ts';
import { planOf, planOfCluster } from '../../../orchestrator/doctor/plan.ts';
import { rightsBeyond } from '../../../orchestrator/doctor/rights.ts';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import { memberAccess } from '../../../orchestrator/manifests/member-access.ts';
import { samples } from '../../contract/sample-records.ts';
import { redisIn } from '../creation/sample-definition.ts';

const settings = { cluster: 'demo', namespace: 'prod', dbType: 'k8sdb', release: '1.0.0' } as const;
const { member } = samples;

function resultFor(version: string): string | undefined {
  const look: Pick<Look, 'version'> = { version: { value: version } };
  return checks.find(({ id }) => id === 'FC-CHK-001')?.judge(look as Look).result;
}

test('knows from which version on sidecars end last, and which are too old', async (t) => {
  const versions = ['v1.24.17', 'v1.25.0', 'v1.28.15-eks-1', '1.29+', 'v1.34.1', 'v2.0.0', 'one'];
  t.same(versions.map(resultFor), ['fail', 'warn', 'warn', 'pass', 'pass', 'pass', 'unknown']);
});

test('judges the tags of the volumes that are there by what the driver calls the cluster', async (t) => {
  const [check] = checks.filter(({ id }) => id === 'FC-CHK-014');
  const owner = { cluster: 'demo', service: 'redis', serviceUuid: 'u', member: 'redis-0', use: 'data' } as const;
  const volume = (id: string, tags: Record<string, string>): Volume => {
    return { id, tags, zone: 'a', sizeGb: 1, volumeType: 'gp3', state: 'available', instanceIds: [] };
  };
  const judged = (clusterName: string | undefined, ...volumes: readonly Volume[]) => {
    const plan = planOfCluster('demo', [], ['a']);
    const csi = { value: { present: true, clusterName } };
    const look: Pick<Look, 'plan' | 'csi' | 'volumes' | 'settings'> = {
      plan,
      csi,
      volumes: { value: volumes },
      settings,
    };
    return check?.judge(look as Look);
  };
  const tagged = volume('vol-1', volumeTags(owner, 'demo'));
  const create = 'aws ec2 create-tags --resources vol-1 --tags Key=ebs.csi.aws.com/cluster,Value=true';
  t.match(judged(undefined, tagged), { result: 'pass' });
  t.match(judged('demo', tagged), { result: 'pass' });
  const renamed = judged('eks-prod', tagged, volume('vol-2', volumeTags(owner, 'eks-prod')));
  t.match(renamed, {
    result: 'warn',
    found: 'the driver calls the cluster eks-prod, and vol-1 say otherwise',
    remedy: `${create} Key=ebs.csi.aws.com/cluster-name,Value=eks-prod`,
  });
  const bare = judged(undefined, volume('vol-1', {}));
  t.match(bare, { result: 'warn', remedy: `${create} Key=ebs.csi.aws.com/cluster-name,Value=demo` });
});

test('judges rights by what they allow, however they are written down', async (t) => {
  const rule = (apiGroups: string[], resources: string[], verbs: string[], resourceNames?: string[]) => ({
    ...{ apiGroups, resources, verbs },
    ...(resourceNames && { resourceNames }),
  });
  const wanted = { rules: [rule([''], ['pods', 'configmaps'], ['get']), rule(['apps'], ['statefulsets'], ['get'])] };
  const inParts = { rules: [rule(['apps', ''], ['statefulsets', 'configmaps', 'pods'], ['get'])] };
  t.same(rightsBeyond(wanted, inParts), []);
  t.same(rightsBeyond(wanted, { rules: [rule(['*'], ['*'], ['*'])] }), [], '* is everything');
  t.same(rightsBeyond({ rules: [rule(['*'], ['*'], ['*'])] }, wanted), ['* *.*']);
  t.same(rightsBeyond(wanted, { rules: [rule([''], ['pods', 'configmaps'], ['get'])] }), ['get statefulsets.apps']);
  const named = { rules: [rule([''], ['pods', 'configmaps'], ['get'], ['redis-0']), ...wanted.rules.slice(1)] };
  t.same(rightsBeyond(wanted, named), ['get pods', 'get configmaps'], 'of one name only');
  t.same(rightsBeyond(named, wanted), []);
  t.same(rightsBeyond(wanted, undefined).length, 3, 'nothing allows nothing');
});

test('misses the service accounts where the services of the namespace live by them, and only there', async (t) => {
  const [check] = checks.filter(({ id }) => id === 'FC-CHK-018');
  const liveOf = (wanted: KubeObject) => ({
    ...wanted,
    metadata: { ...wanted.metadata, uid: 'u', resourceVersion: '1' },
  });
  const access = (there: boolean) =>
    memberAccess(settings).map((wanted) => ({ wanted, live: there ? liveOf(wanted) : undefined }));
  const judged = (objects: Look['access'], ...namespaces: readonly (string | undefined)[]) => {
    const services = namespaces.map((namespace) => ({
      name: 'redis',
      namespace,
      domain: '',
      volumes: [],
      members: [],
    }));
    const look: Pick<Look, 'access' | 'inventory' | 'settings'> = {
      access: objects,
      inventory: { value: services },
      settings,
    };
    return check?.judge(look as Look);
  };
  const none = { value: access(false) };
  t.match(judged(none), { result: 'skip' }, 'the first service makes them');
  t.match(judged(none, 'other'), { result: 'skip' }, 'of another namespace, whose records are in the same table');
  const found = /^members cannot do their work: there is no ServiceAccount/;
  t.match(judged(none, 'other', 'prod'), { result: 'fail', found });
  t.match(judged(none, undefined), { result: 'fail', found }, 'a record of FireCamp names no namespace');
  const some = { value: access(true).map((one, at) => (at === 0 ? { ...one, live: undefined } : one)) };
  t.match(judged(some, 'other'), { result: 'warn' }, 'the first service of this namespace makes what is missing');
  t.match(judged(some, 'prod'), { result: 'fail', found });
});

test('plans for the members of a service file that have no address yet', async (t) => {
  const service = redisIn(settings, { replicas: 5, zones: ['a', 'b'] });
  const mine = [0, 2].map((n) => ({ ...member, memberName: `redis-${n}`, staticIp: `10.0.0.${n + 10}` }));
  const scaledAway = { ...member, memberName: 'redis-3', staticIp: '' };
  const inventory = [
    { name: 'redis', namespace: 'prod', domain: 'demo-firecamp.com', volumes: [], members: [...mine, scaledAway] },
    {
      name: 'zoo',
      namespace: 'prod',
      domain: '',
      volumes: [],
      members: [{ ...member, memberName: 'redis-1', staticIp: '10.0.0.99' }],
    },
  ];
  const plan = planOf(service, inventory);
  t.same(
    [...plan.members],
    [
      ['a', 3],
      ['b', 2],
    ],
  );
  t.same(
    [...plan.addresses],
    [
      ['a', 1],
      ['b', 2],
    ],
  );
  t.equal(plan.names, 3);
  t.match(planOf({ ...service, staticIp: false, registerDns: false }, []), { names: 0, domain: undefined });
});

test('without a service file plans for one member more where members are, else where nodes are', async (t) => {
  const inventory = [
    { name: 'redis', namespace: 'prod', domain: 'db.example.com', volumes: [], members: [{ ...member, zone: 'b' }] },
  ];
  t.match(planOfCluster('demo', inventory, ['a', 'b', 'a']), { zones: ['b'], domain: 'db.example.com', names: 1 });
  const empty = planOfCluster('Demo', [], ['b', 'a', 'a', '']);
  t.match(empty, { zones: ['a', 'b'], domain: 'demo-firecamp.com', staticIp: true, volumes: true });
});

test('plans for the volumes that members lack, and without a service file for those of the largest member', async (t) => {
  const none = { iops: undefined, throughput: undefined, encrypted: true, kmsKeyId: undefined };
  const journalVolume = { ...none, mountPath: '/j', volumeType: 'io2', sizeGb: 40, iops: 9_000 };
  const service = redisIn(settings, { journalVolume });
  const volumes = { ...member.volumes, primaryVolumeId: 'vol-1', journalVolumeId: '' };
  const inventory = [
    {
      name: 'redis',
      namespace: 'prod',
      domain: '',
      volumes: [],
      members: [{ ...member, memberName: 'redis-0', volumes }],
    },
  ];
  t.same(Object.fromEntries(planOf(service, inventory).newVolumes), {
    gp3: { sizeGb: 40, iops: 0 },
    io2: { sizeGb: 120, iops: 27_000 },
  });
  const sized = (volumeType: string, sizeGb: number) => ({ volumeType, sizeGb, iops: 100, encrypted: true });
  const known = [
    { name: 'a', namespace: 'prod', domain: '', volumes: [sized('gp3', 10), sized('gp3', 20)], members: [] },
    { name: 'b', namespace: 'prod', domain: '', volumes: [sized('gp3', 25), sized('st1', 500)], members: [] },
  ];
  t.same(Object.fromEntries(planOfCluster('demo', known, ['x', 'y']).newVolumes), {
    gp3: { sizeGb: 60, iops: 400 },
    st1: { sizeGb: 1_000, iops: 200 },
  });
});

test('warns above four fifths of a quota, fails above it, and asks for one that leaves room', async (t) => {
  const [check] = checks.filter(({ id }) => id === 'FC-CHK-016');
  const iops = { service: 'ebs', code: 'L-8D977E7E', volumeType: 'io2', counts: 'iops', unit: 1 } as const;
  const judged = (there: number, limits: ReadonlyMap<string, Quota>) => {
    const plan = { ...planOfCluster('demo', [], ['a']), newVolumes: new Map([['io2', { sizeGb: 1, iops: 10_000 }]]) };
    const use = new Map([['io2', { sizeGb: 1, iops: there }]]);
    const look: Pick<Look, 'plan' | 'quotas'> = { plan, quotas: { value: { quotas: [iops], limits, use } } };
    return check?.judge(look as Look);
  };
  const limit = new Map([[iops.code, { name: 'IOPS', value: 100_000, unit: 'None' }]]);
  t.match(judged(70_000, limit), {
    result: 'pass',
    found: 'io2: 70000 IOPS there and 10000 IOPS to come, of 100000 IOPS',
  });
  t.match(judged(70_001, limit), { result: 'warn', remedy: /--quota-code L-8D977E7E --desired-value 100002$/ });
  t.match(judged(90_000, limit), { result: 'warn' });
  t.match(judged(90_001, limit), { result: 'fail', remedy: /--desired-value 125002$/ });
  t.match(judged(70_000, new Map()), { result: 'unknown', found: /the region has no quota L-8D977E7E$/ });
});
