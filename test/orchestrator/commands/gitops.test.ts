import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'tap';
import { kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';
import { writeKubeconfig } from '../../../scripts/rig/kubeconfig.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { firecamp } from './firecamp.ts';
import { commandWorld } from './world.ts';

test('what is rendered, applied by kubectl', async (t) => {
  if (!(await needs(t, 'kube-apiserver', 'kubectl'))) return;
  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube);
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());
  const { stdout: file } = await firecamp(['init', 'redis', '-f', '-'], { cwd: cli.cwd });
  const [kubectl] = await kubeBinaries('kubectl');
  /** Not synchronously: the account is played in this process. */
  const apply = (yaml: string) =>
    new Promise<string>((resolve, reject) => {
      const options = { cwd: cli.cwd, env: { ...cli.env, HOME: cli.cwd }, timeout: 120_000 };
      const child = execFile(kubectl, ['apply', '-f', '-'], options, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      );
      child.stdin?.end(yaml);
    });

  t.test('--with-job=only gives a Job just the rights that firecamp apply needs', async (t) => {
    const job = await cli.run(['render', '-f', '-', '--with-job=only'], file);
    t.equal(job.code, 0);
    const made = (await apply(job.stdout)).trim().split('\n');
    t.match(made.at(-1), /^job\.batch\/redis-apply-[0-9a-f]{8} created$/);
    const jobs = `/apis/batch/v1/namespaces/${world.namespace}/jobs`;
    const { items } = (await kube.admin('GET', jobs)) as { items: { spec: { template: { spec: PodSpec } } }[] };
    const [container] = items[0]?.spec.template.spec.containers ?? [];
    t.equal(container?.command[0], '/firecamp');
    const token = await kube.serviceAccountToken(world.namespace, 'firecamp-apply');
    const kubeconfig = await writeKubeconfig(join(cli.cwd, 'in-the-job'), {
      url: kube.url,
      caFile: kube.caFile,
      token,
    });
    const config = await kube.admin('GET', `/api/v1/namespaces/${world.namespace}/configmaps/redis-service-file`);
    t.match(config, { data: { 'service.yaml': file } });
    const args = (container?.args ?? []).map((word) => (word === '/etc/firecamp/service.yaml' ? '-' : word));
    const env = { ...cli.env, KUBECONFIG: kubeconfig };
    const applied = await firecamp(args, { cwd: cli.cwd, env, stdin: file });
    t.equal(applied.code, 0, applied.stderr);
    const other = await firecamp(args, { cwd: cli.cwd, env, stdin: file.replace('redis:8.2', 'redis:8.4') });
    t.equal(other.code, 0, other.stderr);
    t.equal((await firecamp(args, { cwd: cli.cwd, env, stdin: file })).code, 0, 'and back');
  });

  t.test('with the records it is what create applies: kubectl changes nothing, and diff finds nothing', async (t) => {
    const rendered = await cli.run(['render', '-f', '-', '--records'], file);
    t.equal(rendered.code, 0, rendered.stderr);
    t.match(rendered.stdout, /kind: PersistentVolume\n/);
    await apply(rendered.stdout);
    t.match(await cli.run(['diff', '-f', '-'], file), { code: 0, stdout: '' });
    const again = await cli.run(['render', '-f', '-', '--records'], file);
    t.equal(again.stdout, rendered.stdout, 'the same bytes each time');
  });

  t.test('applied before the service is created it is taken over by create', async (t) => {
    const second = file.replace('name: redis', 'name: second');
    const rendered = await cli.run(['render', '-f', '-'], second);
    await apply(rendered.stdout);
    const created = await cli.run(['create', '-f', '-'], second);
    t.equal(created.code, 0, created.stderr);
    t.match(await cli.run(['diff', '-f', '-'], second), { code: 0, stdout: '' });
  });
});

interface PodSpec {
  readonly containers: readonly { readonly command: readonly string[]; readonly args: readonly string[] }[];
}
