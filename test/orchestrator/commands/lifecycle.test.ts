import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, orchestratorWorld, wholeCluster } from '../world.ts';
import { firecamp } from './firecamp.ts';
import { commandWorld } from './world.ts';

type Changes = {
  readonly changes: readonly { readonly action: string; readonly kind: string; readonly name: string }[];
};

const actions = ({ changes }: Changes) => [...new Set(changes.map(({ action }) => action))];
const namesOf = ({ changes }: Changes, kind: string) =>
  changes.filter((change) => change.kind === kind).map(({ name }) => name);

test('a service from its file to its end, by the command line', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());
  const { stdout: example } = await firecamp(['init', 'redis', '-f', '-'], { cwd: cli.cwd });
  const file = example.replace(/^terminationGrace.*$/m, 'terminationGracePeriodSeconds: 1');
  const changed = async (args: readonly string[], exitCode = 0, stdin = file) =>
    (await cli.json(t, args, exitCode, stdin)) as Changes;
  const statefulSet = async () =>
    (await kube.admin('GET', `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/redis`)) as {
      readonly spec: { readonly replicas: number };
    };

  t.test('diff and a dry run say what create would make, and nothing is made', async (t) => {
    const differs = await cli.run(['diff', '-f', '-'], file);
    t.match(differs, { code: 1, stdout: /^--- cluster\/StatefulSet\/redis\n\+\+\+ file\/StatefulSet\/redis\n@@/m });
    const dry = await changed(['create', '-f', '-', '--dry-run=server']);
    t.ok(actions(dry).includes('create'));
    t.match(await cli.run(['list']), { code: 0, stdout: '', stderr: /no services/ });
    t.match(await cli.run(['delete', 'redis', '--cluster', 'demo', '--db-type', 'k8sdb', '--yes']), { code: 0 });
  });

  t.test('create makes it, with a line of progress for each step, and says how to see it', async (t) => {
    const { code, stdout, stderr } = await cli.run(['create', '-f', '-'], file);
    t.equal(code, 0, stderr);
    t.match(stdout, /^ACTION +KIND +NAME +DETAIL\n/);
    t.match(stdout, /^create +StatefulSet +redis$/m);
    t.match(stderr, /^record the service: started\n/m);
    t.match(stderr, /service redis is created; see it with: firecamp status redis -n /);
    t.strictSame(actions(await changed(['create', '-f', '-'])), ['keep'], 'a second one finds nothing to do');
    const asJson = await cli.run(['apply', '-f', '-', '-o', 'json'], file);
    const lines = asJson.stderr.trimEnd().split('\n');
    t.match(lines.map((line) => JSON.parse(line)).at(-1), { level: 'info', msg: /^service redis is as its file says/ });
  });

  t.test('diff exits with 0 and prints nothing when the cluster is as the file says', async (t) => {
    t.match(await cli.run(['diff', '-f', '-'], file), { code: 0, stdout: '', stderr: /no differences in \d+ objects/ });
    const other = file.replace('redis:8.2', 'redis:8.4');
    const { code, stdout } = await cli.run(['diff', '-f', '-'], other);
    t.equal(code, 1);
    t.match(stdout, /\n- +image: redis:8\.2\n\+ +image: redis:8\.4\n/);
  });

  t.test('render --records is what create applied: applied by hand nothing differs', async (t) => {
    const { code, stdout } = await cli.run(['render', '-f', '-', '--records'], file);
    t.equal(code, 0);
    t.match(stdout, /name: SERVICE_UUID\n +value: [0-9a-f]{32}\n/);
    t.match(stdout, /kind: PersistentVolume\n/);
  });

  t.test('create of another definition under this name is refused with exit code 5', async (t) => {
    const other = await cli.run(['create', '-f', '-'], file.replace('redis:8.2', 'redis:8.4'));
    t.match(other, { code: 5, stdout: '', stderr: /redis:8\.2.*FC-SVC-001/s });
  });

  t.test('restart restarts the members one after the other, those that were asked for only', async (t) => {
    const restarted = await cli.json(t, ['restart', 'redis', '--member', 'redis-2,0', '--order', 'ascending']);
    t.match(restarted, {
      members: [
        { member: 'redis-0', outcome: 'restarted' },
        { member: 'redis-2', outcome: 'restarted' },
      ],
    });
    t.match(await cli.run(['restart', 'redis', '--member', 'zookeeper-1']), {
      code: 2,
      stderr: /is no member of redis/,
    });
  });

  t.test('update changes single properties, and --restart brings them to the members', async (t) => {
    t.match(await cli.run(['update', 'redis']), { code: 2, stderr: /nothing to update/ });
    const updated = await cli.json(t, ['update', 'redis', '--memory', '2048', '--restart', '--member', '1']);
    t.match(updated, { changes: [{ action: 'update' }], members: [{ member: 'redis-1', outcome: 'restarted' }] });
    t.match(await cli.run(['diff', '-f', '-'], file), { code: 1, stdout: /\n- +memory: 2Gi\n/ });
    await changed(['apply', '-f', '-']);
    t.match(await cli.run(['diff', '-f', '-'], file), { code: 0 });
  });

  t.test('task runs what follows --, shows how it went, and deletes it when told to', async (t) => {
    const run = ['task', 'run', 'redis', 'init', '--env', 'A=b=c', '-n', world.namespace, '--', 'redis-cli', '-h'];
    const { code, stdout } = await firecamp(run, { cwd: cli.cwd, env: cli.env });
    t.match({ code, stdout }, { code: 0, stdout: 'redis-init\n' });
    const job = await kube.admin('GET', `/apis/batch/v1/namespaces/${world.namespace}/jobs/redis-init`);
    const container = { command: ['redis-cli', '-h'], env: [{ name: 'A', value: 'b=c' }] };
    t.match(job, { spec: { template: { spec: { containers: [container] } } } });
    t.match(await cli.json(t, ['task', 'status', 'redis', 'init']), {
      taskId: 'redis-init',
      status: /running|stopped/,
    });
    t.match(await cli.run(['task', 'list', 'redis']), {
      code: 0,
      stdout: /^NAME +PHASE +NODE +POD-UID\nredis-0 +Running/,
    });
    t.match(await cli.run(['task', 'delete', 'redis', 'init']), {
      code: 2,
      stderr: /delete +Job +redis-init.*FC-CLI-001/s,
    });
    t.match(await changed(['task', 'delete', 'redis', 'init', '--yes']), { changes: [{ action: 'delete' }] });
    t.match(await cli.run(['task', 'status', 'redis', 'init']), { code: 2, stderr: /FC-SVC-008/ });
  });

  t.test(
    'scale adds members with all they need, and keeps it on the way down unless --release is confirmed',
    async (t) => {
      const up = await changed(['scale', 'redis', '5']);
      t.equal(namesOf(up, 'address').length, 2);
      const down = await changed(['scale', 'redis', '4']);
      t.notOk(actions(down).includes('delete'));
      const refused = await cli.run(['scale', 'redis', '3', '--release']);
      t.match(refused, { code: 2, stdout: '', stderr: /Scale service redis to 3.*FC-CLI-001/s });
      t.equal((await statefulSet()).spec.replicas, 4, 'nothing was touched');
      t.ok(
        actions(await changed(['scale', 'redis', '3', '--release', '--delete-volumes', '--yes'])).includes('delete'),
      );
      t.match(await cli.run(['scale', 'redis', '3', '--delete-volumes']), { code: 2, stderr: /needs --release/ });
    },
  );

  t.test('stop needs a yes, and start brings back as many members as there were', async (t) => {
    t.match(await cli.run(['stop', 'redis']), { code: 2, stderr: /Stop service redis of namespace .*FC-CLI-001/s });
    t.equal((await statefulSet()).spec.replicas, 3);
    await changed(['stop', 'redis', '--yes']);
    t.equal((await statefulSet()).spec.replicas, 0);
    t.match(await cli.run(['status', 'redis']), { code: 0, stdout: /^Stopped/ });
    t.match(await cli.run(['list']), { code: 0, stdout: /^redis +0\/0 +STOPPED /m });
    t.match(await cli.run(['scale', 'redis', '0']), { code: 2, stderr: /firecamp stop/ });
    await changed(['start', 'redis']);
    t.equal((await statefulSet()).spec.replicas, 3);
  });

  t.test('version shows the images in use and warns that they are of another release', async (t) => {
    const { code, stdout } = await cli.run(['version']);
    t.equal(code, 0);
    t.match(stdout, /^kubernetes +v1\./m);
    t.match(stdout, /^cloudstax\/firecamp-initcontainer:\S+ +used by \S+\/redis$/m);
  });

  t.test('delete lists what will go, does nothing without a yes, and leaves nothing with one', async (t) => {
    const refused = await cli.run(['delete', 'redis', '--delete-volumes']);
    t.match(refused, { code: 2, stdout: '', stderr: /WITH ALL ITS DATA:\nACTION.*FC-CLI-001/s });
    t.equal((await statefulSet()).spec.replicas, 3);
    const gone = await changed(['delete', 'redis', '--delete-volumes', '--yes']);
    t.strictSame(namesOf(gone, 'address').length, 3);
    t.match(await cli.run(['list']), { code: 0, stdout: '', stderr: /no service/ });
    const again = await changed(['delete', 'redis', '--yes', '--cluster', 'demo', '--db-type', 'k8sdb']);
    t.notOk(actions(again).includes('delete'), 'run again it finds nothing left');
  });
});
