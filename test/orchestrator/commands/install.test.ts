import { test } from 'tap';
import { firecamp } from './firecamp.ts';

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
