import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'tap';
import { startKubeApi } from '../../../../scripts/rig/kube-api.ts';
import { writeKubeconfig } from '../../../../scripts/rig/kubeconfig.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { builtFirecamp, firecamp } from '../firecamp.ts';

/** What bash offers at the end of this line, with the completion that firecamp prints. */
async function offered(line: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const program = await builtFirecamp();
  const script = `
    PATH=${dirname(program)}:$PATH
    source <(firecamp completion bash)
    COMP_WORDS=(${line.replaceAll("''", '"" ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    compopt() { echo "compopt $*"; }
    _firecamp
    printf '%s\\n' "\${COMPREPLY[@]}"
  `;
  const options = {
    cwd,
    env: { HOME: cwd, PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  } as const;
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], options);
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes verbs, flags, choices and files', async (t) => {
  const cwd = t.testdir();
  t.strictSame(await offered('firecamp sc', cwd), ['schema', 'scale']);
  t.strictSame(await offered('firecamp restart --ord', cwd), ['--order']);
  t.strictSame(await offered('firecamp list -o y', cwd), ['yaml']);
  t.strictSame(await offered("firecamp apply -f ''", cwd), ['compopt -o default']);
});

test('a cluster that cannot be reached completes nothing and says nothing', async (t) => {
  const { code, stdout, stderr } = await firecamp(['complete', '--', 'status', ''], { cwd: t.testdir() });
  t.strictSame({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
});

test('services and members of the cluster are completed by their names', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const api = await startKubeApi();
  t.teardown(() => api.stop());
  const namespace = await api.newNamespace();
  const cwd = t.testdir();
  const kubeconfig = await writeKubeconfig(`${cwd}/config`, { ...api, token: api.adminToken });
  const { stdout: file } = await firecamp(['init', 'redis', '-f', '-'], { cwd });
  const rendered = await firecamp(['render', '-f', '-', '-n', namespace, '-o', 'json'], { cwd, stdin: file });
  const { items } = JSON.parse(rendered.stdout) as { items: { kind: string; metadata: { name: string } }[] };
  const statefulSet = items.find(({ kind }) => kind === 'StatefulSet');
  await api.admin('POST', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, statefulSet);
  const env = { KUBECONFIG: kubeconfig };
  t.strictSame(await offered(`firecamp status -n ${namespace} re`, cwd, env), ['redis']);
  t.strictSame(await offered(`firecamp status -n ${namespace} other`, cwd, env), []);
  const members = await offered(`firecamp restart -n ${namespace} redis --member ''`, cwd, env);
  t.strictSame(members.slice(0, 2), ['redis-0', 'redis-1']);
});
