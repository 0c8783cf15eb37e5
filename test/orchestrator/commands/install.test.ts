import { test } from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { firecamp } from './firecamp.ts';
import { commandWorld } from './world.ts';

test('install render and install iam read their own flags, and need no cluster', async (t) => {
  const options = { cwd: t.testdir(), unbuilt: true };
  const rendered = await firecamp(
    [
      'install',
      'render',
      '-n',
      'stores',
      '--db-type',
      'k8sdb',
      '-o',
      'json',
      '--member-role-arn',
      'arn:aws:iam::111122223333:role/m',
    ],
    options,
  );
  t.match({ ...rendered, stdout: '' }, { code: 0, stderr: '' });
  const { items } = JSON.parse(rendered.stdout) as { items: { kind: string; metadata: { name: string } }[] };
  t.match(items.slice(0, 3), [
    { kind: 'Namespace', metadata: { name: 'stores' } },
    { kind: 'ServiceAccount', metadata: { annotations: { 'eks.amazonaws.com/role-arn': /role.m$/ } } },
    { kind: 'Role', metadata: { name: 'firecamp-member-k8sdb', namespace: 'stores' } },
  ]);
  const iam = ['install', 'iam', 'member', '--cluster', 'p', '--region', 'cn-north-1', '--account', '111122223333'];
  const printed = await firecamp([...iam, '--db-type', 'k8sdb'], options);
  t.equal(printed.code, 0, printed.stderr);
  t.match(printed.stdout, /arn:aws-cn:ec2:cn-north-1:111122223333:network-interface/);
  t.notMatch(printed.stdout, /dynamodb/);
  t.equal((await firecamp(['install', 'render', '-o', 'json'], options)).code, 2, 'a namespace has to be named');
});

test('an upgrade tells what it does, what holds it up, and which services have to follow', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  t.setTimeout(120_000);
  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube, { namespace: 'stores' });
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());
  const install = (...flags: readonly string[]) => cli.run(['install', '--db-type', 'k8sdb', ...flags]);

  const nowhere = await install('--existing-namespace');
  t.match(nowhere, { code: 2, stderr: /There is no namespace stores.*--existing-namespace/s });
  const planned = await install('--dry-run=server');
  const first = await install();
  t.match(first.stdout, /^create +Namespace +stores$/m);
  t.equal(planned.stdout.replace(/^Dry run.*\n/, ''), first.stdout, 'the dry run has told it');
  t.match(await install('--existing-namespace'), { code: 0, stdout: 'nothing to do: 8 objects are unchanged\n' });

  await createService(world.operation(), redisIn(world.settings));
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/stores/roles/firecamp-manager';
  const live = (await kube.admin('GET', path)) as object;
  await kube.admin('PUT', `${path}?fieldManager=kubectl-edit`, { ...live, rules: [] });
  t.match(await install(), { code: 5, stderr: /"kubectl-edit".*--force-conflicts.*FC-K8S-007/s });
  const taken = await install('--force-conflicts');
  t.match(taken.stdout, /^update +Role +firecamp-manager +rules/m);
  t.match(taken.stderr, /^warning: stores\/redis runs .*:1\.0\.0, this is .*: firecamp update redis -n stores/m);
  t.match(await cli.run(['uninstall', '--yes']), { code: 5, stderr: /services of FireCamp: redis.*FC-SVC-010/s });
});
