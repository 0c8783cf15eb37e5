import t, { test } from 'tap';
import type { CheckReport } from '../../../orchestrator/doctor/check-report.ts';
import { type DoctorOptions, runDoctor } from '../../../orchestrator/doctor/run-doctor.ts';
import { install } from '../../../orchestrator/install/install.ts';
import { clusterApplyRules, managerRules, type Rule } from '../../../orchestrator/manifests/apply-access.ts';
import { startDynalite } from '../../../scripts/rig/dynalite.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { rejectionOf } from '../../rejection.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { fleetTopology } from '../fleet-topology.ts';
import { addFleet, apiOnly, type OrchestratorWorld, orchestratorWorld } from '../world.ts';
import { csiDriver, troubles } from './troubles.ts';

/** Longer than anything takes on a busy machine, and so short that a test can wait for it. */
const patient = 60_000;
const short = 4_000;

/** There is no zone yet, and the others cannot be asked about. */
const alwaysSkipped = ['FC-CHK-011', 'FC-CHK-015'];

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);
  await addFleet(kube, fleetTopology({ cluster: 'demo', reservationTags: undefined }));
  await kube.admin('POST', '/apis/storage.k8s.io/v1/csidrivers', csiDriver);

  const healthyWorld = async (test: Parameters<typeof orchestratorWorld>[0], options = {}) => {
    const world = await orchestratorWorld(test, kube, options);
    const { instances } = world.cloud.ec2;
    for (const [id, one] of instances) instances.set(id, { ...one, metadataHopLimit: 2 });
    return world;
  };
  const installedWorld = async (test: Parameters<typeof orchestratorWorld>[0], options = {}) => {
    const world = await healthyWorld(test, options);
    const { namespace, dbType } = world.settings;
    await install(world.operation(), { namespace, dbType, memberRoleArn: undefined, managerRoleArn: undefined });
    return world;
  };
  const doctor = (world: OrchestratorWorld, options: DoctorOptions = {}) =>
    runDoctor(world.operation(), { service: redisIn(world.settings), sourceTimeoutMs: patient, ...options });

  const healthy = new Map<string, string>();

  test('finds nothing wrong where nothing is, and says of the rest why it is not asked', async (t) => {
    const world = await installedWorld(t);
    const reports = await doctor(world);
    for (const { id, result } of reports) healthy.set(id, result);
    t.same(
      reports.filter(({ result }) => result !== 'pass').map(({ id, result }) => [id, result]),
      alwaysSkipped.map((id) => [id, 'skip']),
    );
    t.same(
      [...new Set(reports.map(({ id }) => id))],
      reports.map(({ id }) => id),
      'each id is there once',
    );
    for (const one of reports) t.match(one, { found: /./, expected: /./, page: `docs/reference/codes/${one.id}.md` });
    t.match(found(reports, 'FC-NET-004'), /us-east-1a: 128 of 128, for 1; us-east-1b/);
    t.match(found(reports, 'FC-ENI-004'), /us-east-1a: 18 on 2 of 2 nodes, for 1/);
    const sent = world.cloud.calls.all(({ operation }) => !/^(Describe|Get|List)/.test(operation));
    t.same(
      sent.filter(({ params }) => params['DryRun'] !== 'true').map(({ operation }) => operation),
      [],
      'nothing was changed',
    );
    t.ok(sent.length > 0, 'permissions were asked about');
  });

  for (const { id, title, cause, also = [], service = {}, ...expected } of troubles) {
    test(`tells ${title} (${id}), and no longer once it is mended`, async (t) => {
      const world = await installedWorld(t);
      // A hundred questions that none of these is about.
      const options = { service: redisIn(world.settings, service), skip: ['FC-CHK-002'] };
      const mend = await cause(world);
      const ill = await doctor(world, options);
      const told = ill.find((one) => one.id === id);
      t.match(told, { result: expected.result, found: expected.found, remedy: expected.remedy ?? /./ });
      const different = ill.filter((one) => one.result !== healthy.get(one.id)).map((one) => one.id);
      t.same(
        different.filter((one) => one !== id && !also.includes(one)),
        [],
        'nothing else is touched',
      );
      const undo = await mend();
      const well = (await doctor(world, options)).find((one) => one.id === id);
      t.equal(well?.result, healthy.get(id), well?.found ?? 'it was not told');
      // Where mending was adding something, it goes with the test.
      if (typeof undo === 'function') await undo();
    });
  }

  test('names the one permission in Kubernetes that is missing', async (t) => {
    const world = await limitedWorld(t, (rule) => {
      return rule.resources.includes('statefulsets')
        ? { ...rule, verbs: rule.verbs.filter((one) => one !== 'delete') }
        : rule;
    });
    const reports = await doctor(world);
    const { namespace } = world;
    const lacking = ['delete statefulsets.apps', 'delete deployments.apps'].map(
      (one) => `${one} in namespace ${namespace}`,
    );
    t.equal(found(reports, 'FC-CHK-002'), `may not ${lacking.join('; ')}`);
    t.same(namesOf(reports, 'fail'), ['FC-CHK-002'], 'what it may read is judged all the same');
  });

  test('goes on with AWS where nothing may be read in Kubernetes', async (t) => {
    const world = await limitedWorld(t, () => undefined);
    const reports = await doctor(world);
    t.match(found(reports, 'FC-CHK-002'), /create statefulsets.apps in namespace rig-.*list nodes/);
    t.same(namesOf(reports, 'fail'), ['FC-CHK-002', 'FC-REC-006']);
    t.same(namesOf(reports, 'unknown'), ['FC-CHK-003', 'FC-NET-001', 'FC-CHK-018', 'FC-ENI-005', 'FC-CHK-013']);
    t.match(found(reports, 'FC-NET-001'), /forbidden.*\(FC-K8S-002\)/);
    t.match(found(reports, 'FC-NET-005'), /FC-NET-001/);
    t.match(reports.find(({ id }) => id === 'FC-AWS-005')?.result, 'pass');
  });

  test('says that the API server is gone, once, and what could not be looked at for it', async (t) => {
    const gone: typeof kube = Object.assign(Object.create(null), kube, { url: 'https://127.0.0.1:1' });
    const world = await orchestratorWorld(t, gone);
    const reports = await doctor(world, { sourceTimeoutMs: short });
    t.same(namesOf(reports, 'fail'), ['FC-K8S-001']);
    t.same(namesOf(reports, 'pass'), ['FC-AWS-005', 'FC-AWS-001', 'FC-CHK-016']);
    t.match(found(reports, 'FC-NET-004'), /FC-K8S-001/);
  });

  test('tells credentials that AWS refuses from an AWS that does not answer', async (t) => {
    const world = await healthyWorld(t);
    const refused = { kind: 'error', status: 401, code: 'AuthFailure', message: 'not validated' } as const;
    world.cloud.faults.add({ service: 'ec2' }, refused);
    const reports = await doctor(world);
    t.same(namesOf(reports, 'fail'), ['FC-AWS-005']);
    t.match(found(reports, 'FC-NET-005'), /FC-AWS-005/);
    world.cloud.faults.clear();
    world.cloud.faults.add({ service: 'ec2' }, { kind: 'swallow' });
    const silent = await doctor(world, { sourceTimeoutMs: short });
    t.same(namesOf(silent, 'fail'), []);
    t.equal(silent.find(({ id }) => id === 'FC-AWS-005')?.result, 'unknown');
    t.match(found(silent, 'FC-AWS-005'), /took longer than/);
  });

  test('does not take an answer that AWS owes for a no', async (t) => {
    const world = await healthyWorld(t);
    world.cloud.faults.add({ operation: 'DescribeSubnets' }, { kind: 'server-error' });
    const reports = await doctor(world, { sourceTimeoutMs: short });
    t.same(namesOf(reports, 'fail'), []);
    t.equal(reports.find(({ id }) => id === 'FC-NET-002')?.result, 'unknown');
    t.match(found(reports, 'FC-NET-004'), /FC-NET-002/);
  });

  test('before an installation does not miss what it makes', async (t) => {
    const world = await healthyWorld(t, { reservationTags: undefined });
    const settings = { ...world.settings, namespace: 'not-yet' };
    const look = (pre: boolean) =>
      runDoctor(world.operation({ settings }), { service: redisIn(settings), pre, sourceTimeoutMs: patient });
    t.same(namesOf(await look(false), 'fail'), ['FC-CHK-003', 'FC-NET-003']);
    t.same(namesOf(await look(true), 'fail'), []);
  });

  test('without a service file looks at what is there', async (t) => {
    const world = await installedWorld(t);
    const { service: _none, ...options } = { service: undefined, sourceTimeoutMs: patient };
    const reports = await runDoctor(world.operation(), options);
    t.same(
      reports.filter(({ result }) => result !== 'pass').map(({ id }) => id),
      // No service is recorded, so nothing says how large volumes are.
      [...alwaysSkipped, 'FC-CHK-016'],
    );
    t.match(found(reports, 'FC-NET-001'), /us-east-1a has 2 usable for 1; us-east-1b .*; us-east-1c/);
  });

  test('needs nothing of AWS for members that are started with TESTMODE or have neither address nor volume', async (t) => {
    const world = await installedWorld(t);
    const service = redisIn(world.settings, { testMode: true });
    const reports = await doctor(world, { service });
    t.same(
      [...new Set(reports.filter(({ result }) => result === 'skip').map(({ category }) => category))],
      ['network', 'dns', 'aws', 'storage'],
    );
    const none = { staticIp: false, registerDns: false, dataVolume: undefined, journalVolume: undefined };
    const plain = await doctor(world, { service: redisIn(world.settings, none) });
    t.match(found(plain, 'FC-NET-003'), /redis with 3 members has no static IPs/);
    t.match(found(plain, 'FC-CHK-010'), /has no names/);
    t.match(found(plain, 'FC-CHK-013'), /has no volumes/);
  });

  test('runs the checks that are asked for, by id and by category, and no unknown one', async (t) => {
    const world = await healthyWorld(t);
    const ids = async (options: DoctorOptions) => (await doctor(world, options)).map(({ id }) => id);
    t.same(await ids({ check: ['dns', 'FC-K8S-001'], skip: ['FC-CHK-010'] }), [
      'FC-K8S-001',
      'FC-CHK-009',
      'FC-CHK-011',
    ]);
    t.notOk((await ids({ skip: ['aws'] })).includes('FC-AWS-001'));
    world.cloud.faults.add({ service: 'ec2' }, { kind: 'error', status: 401, code: 'AuthFailure', message: 'no' });
    t.same(await ids({ check: ['FC-K8S-001'] }), ['FC-K8S-001'], 'with AWS refusing too');
    const wrong = await rejectionOf(doctor(world, { check: ['FC-CHK-999'], skip: ['dn'] }));
    t.match(wrong, { code: 'FC-CFG-001', message: /FC-CHK-999 .*; dn is neither/ });
  });

  test('stops when it is told to, and calls nothing unknown for it', async (t) => {
    const world = await healthyWorld(t);
    const hold = world.cloud.faults.hold({ operation: 'DescribeSubnets' });
    const stop = new AbortController();
    const running = rejectionOf(runDoctor(world.operation({ signal: stop.signal })));
    await hold.reached;
    stop.abort(new Error('Ctrl-C'));
    t.match(await running, { code: 'FC-CLM-005' });
  });

  test('misses a table that is not there, unless it is before an installation', async (t) => {
    const dynamodb = await startDynalite();
    t.teardown(() => dynamodb.stop());
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamodb.url;
    const world = await healthyWorld(t, { dbType: 'clouddb' });
    const recordsOf = async (options: DoctorOptions) => {
      return (await doctor(world, { check: ['records'], ...options })).map(
        ({ result, found: text }) => `${result}: ${text}`,
      );
    };
    t.match(await recordsOf({}), [/^fail: .*demo-firecamp-table.*FC-REC-006/]);
    t.match(await recordsOf({ pre: true }), [/^skip: /]);
  });

  /** A world as seen by a service account that has the orchestrator's rules, each as `change` leaves it. */
  async function limitedWorld(test: Parameters<typeof orchestratorWorld>[0], change: (rule: Rule) => Rule | undefined) {
    const namespace = await kube.newNamespace();
    const token = await kube.serviceAccountToken(namespace, 'limited');
    const rules = [...managerRules, ...clusterApplyRules].flatMap((rule) => change(rule) ?? []);
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    await kube.admin('POST', `${rbac}/clusterroles`, { metadata: { name: namespace }, rules });
    await kube.admin('POST', `${rbac}/clusterrolebindings`, {
      metadata: { name: namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: namespace },
      subjects: [{ kind: 'ServiceAccount', name: 'limited', namespace }],
    });
    return healthyWorld(test, { namespace, token });
  }
}

function namesOf(reports: readonly CheckReport[], result: CheckReport['result']): string[] {
  return reports.filter((one) => one.result === result).map(({ id }) => id);
}

function found(reports: readonly CheckReport[], id: string): string | undefined {
  return reports.find((one) => one.id === id)?.found;
}
