import { test } from 'tap';
import { startKubeApi } from '../../../scripts/rig/kube-api.ts';
import { writeKubeconfig } from '../../../scripts/rig/kubeconfig.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { firecamp } from './firecamp.ts';

test('whose service it is, told by flags, objects and environment', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  const cwd = t.testdir();
  const kubeconfig = await writeKubeconfig(`${cwd}/config`, { ...api, token: api.adminToken });
  const run = (args: readonly string[], env = {}) =>
    firecamp([...args, '-n', namespace], {
      cwd,
      env: { KUBECONFIG: kubeconfig, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    });

  /** The StatefulSet of the redis example, under another name and cluster. */
  async function addService(name: string, cluster: string): Promise<void> {
    const { stdout: file } = await firecamp(['init', 'redis', '-f', '-'], { cwd });
    const stdin = file.replace('name: redis', `name: ${name}`);
    const args = ['render', '-f', '-', '-n', namespace, '--cluster', cluster, '-o', 'json'];
    const { items } = JSON.parse((await firecamp(args, { cwd, stdin })).stdout) as { items: { kind: string }[] };
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
    await api.admin(
      'POST',
      path,
      items.find(({ kind }) => kind === 'StatefulSet'),
    );
  }

  t.test('without any of them all that is missing is said at once', async (t) => {
    const { code, stderr } = await run(['status', 'redis']);
    const said =
      /has no service redis that would tell.*--cluster or FIRECAMP_CLUSTER.*--db-type or FIRECAMP_DB_TYPE.*FC-CFG-001/s;
    t.match({ code, stderr }, { code: 2, stderr: said });
    t.match(await run(['status', 'redis', '--cluster', 'demo'], { FIRECAMP_DB_TYPE: 'memdb' }), {
      code: 2,
      stderr: /FIRECAMP_DB_TYPE is memdb: needed is clouddb or k8sdb/,
    });
    t.match(await run(['list']), { code: 0, stdout: '', stderr: /--cluster and --db-type/ });
  });

  t.test('the environment says it where nothing else does, and the service where it is there', async (t) => {
    const env = { FIRECAMP_CLUSTER: 'other', FIRECAMP_DB_TYPE: 'k8sdb' };
    t.match(await run(['status', 'redis'], env), {
      code: 2,
      stderr: /no service redis in namespace \S+ of cluster other/,
    });
    await addService('redis', 'demo');
    const status = await run(['status', 'redis', '-o', 'json', '--request-timeout', '2s'], env);
    t.match(JSON.parse(status.stdout), { name: 'redis', cluster: 'demo' });
  });

  t.test(
    'services of two clusters leave it open which is meant, unless a flag or a service’s name says it',
    async (t) => {
      await addService('second', 'prod');
      const listed = await run(['list']);
      t.match(listed, {
        code: 2,
        stdout: '',
        stderr: /services of several clusters \(demo, prod\), none of them alone/,
      });
      t.match(await run(['list', '--cluster', 'prod']), { code: 0, stdout: /second/ });
      const status = await run(['status', 'second', '-o', 'json', '--request-timeout', '2s']);
      t.match(JSON.parse(status.stdout), { name: 'second', cluster: 'prod' });
    },
  );
});
