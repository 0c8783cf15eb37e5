import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import t, { test } from 'tap';
import { parseAllDocuments } from 'yaml';
import { commandLine } from '../../../orchestrator/commands/command-line.ts';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { install } from '../../../orchestrator/install/install.ts';
import { installObjects } from '../../../orchestrator/install/install-objects.ts';
import type { Installation } from '../../../orchestrator/install/installation.ts';
import { uninstall } from '../../../orchestrator/install/uninstall.ts';
import type { KubeObject } from '../../../orchestrator/manifests/kube-object.ts';
import { helmBinary } from '../../../scripts/rig/helm.ts';
import { kubeBinaries } from '../../../scripts/rig/kube-binaries.ts';
import { writeKubeconfig } from '../../../scripts/rig/kubeconfig.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { recordingIo } from './recording-io.ts';

const plainRole = 'arn:aws:iam::111122223333:role/firecamp-member';
/** IAM lets the path of a role have any printable ASCII. */
const hostileRole = `arn:aws-cn:iam::111122223333:role/a"b'c{{.Values.x}}\\d\\n#e:,f|g>h&i*j%k!l@m\`n$o-p?[q]/x+=,.@-_`;

/** Every alternative of every setting, and names that YAML 1.1 takes for something else. */
const installations: readonly Installation[] = [
  { namespace: 'stores', dbType: 'clouddb', memberRoleArn: undefined, managerRoleArn: undefined },
  { namespace: 'no', existingNamespace: true, dbType: 'k8sdb', memberRoleArn: plainRole, managerRoleArn: undefined },
  { namespace: '0123', dbType: 'k8sdb', memberRoleArn: undefined, managerRoleArn: plainRole },
  { namespace: '1e3', dbType: 'clouddb', memberRoleArn: hostileRole, managerRoleArn: hostileRole },
  { namespace: 'x'.repeat(63), dbType: 'k8sdb', memberRoleArn: hostileRole, managerRoleArn: plainRole },
  {
    namespace: 'null',
    existingNamespace: true,
    dbType: 'clouddb',
    memberRoleArn: plainRole,
    managerRoleArn: plainRole,
  },
];

/** What neither the flags nor the chart may take. */
const refused: readonly (readonly [flag: string, value: keyof Installation, given: string])[] = [
  ...['Stores', 'a_b', '-a', 'a-', 'x'.repeat(64), 'a b', 'a\nb', 'stores\n', 'läden', '{{.Release.Name}}'].map(
    (given) => ['--namespace', 'namespace', given] as const,
  ),
  ...['role/x', 'arn:aws:iam::1:role/x', `${plainRole} `, `${plainRole}\n`, `${plainRole}é`, `${plainRole}"`].map(
    (given) => ['--member-role-arn', 'memberRoleArn', given] as const,
  ),
  ['--manager-role-arn', 'managerRoleArn', 'arn:aws:iam::111122223333:user/x'],
  ['--db-type', 'dbType', 'dynamodb'],
];

/** Runs `firecamp install render`; whether it took the flags, and what it printed. */
async function render(...args: readonly string[]): Promise<{ readonly taken: boolean; readonly out: string }> {
  const io = recordingIo(false);
  const connect = () => Promise.reject(new Error('it asked for a cluster'));
  const program = commandLine({ ...io, signal: new AbortController().signal, connect, finish: () => {} });
  try {
    await program.parseAsync(['install', 'render', ...args], { from: 'user' });
    return { taken: true, out: io.out() };
  } catch (error) {
    if (error instanceof CommanderError) return { taken: false, out: io.out() };
    throw error;
  }
}

function ended(command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { env, timeout: 60_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr)),
    );
  });
}

/** As Kubernetes' tools read YAML, in an order of its own: neither helm nor Kustomize keeps one. */
function objectsIn(yaml: string): unknown[] {
  const objects = parseAllDocuments(yaml, { version: '1.1' }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as Pick<KubeObject, 'kind' | 'metadata'>;
  });
  return inOrder(objects);
}

function inOrder(objects: readonly Pick<KubeObject, 'kind' | 'metadata'>[]): unknown[] {
  const keyOf = ({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>) => `${kind} ${metadata.name}`;
  return objects.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

function flagsOf({ namespace, existingNamespace, dbType, memberRoleArn, managerRoleArn }: Installation): string[] {
  return [
    ...['-n', namespace, '--db-type', dbType],
    ...(existingNamespace ? ['--existing-namespace'] : []),
    ...(memberRoleArn === undefined ? [] : ['--member-role-arn', memberRoleArn]),
    ...(managerRoleArn === undefined ? [] : ['--manager-role-arn', managerRoleArn]),
  ];
}

test('a Kustomize base makes what install render prints', async (t) => {
  if (!(await needs(t, 'kubectl'))) return;
  const [kubectl] = await kubeBinaries('kubectl');
  for (const one of installations) {
    const folder = join(t.testdir(), 'base');
    await render('-o', 'kustomize', '--folder', folder, ...flagsOf(one));
    const printed = await render(...flagsOf(one));
    const made = await ended(kubectl, ['kustomize', folder], { HOME: t.testdirName });
    t.strictSame(objectsIn(made), objectsIn(printed.out), one.namespace);
    t.strictSame(objectsIn(printed.out), inOrder(installObjects(one)), 'which is what install applies');
  }
});

test('flags that make no sense together are refused, and files of somebody else are left alone', async (t) => {
  const cwd = t.testdir({ theirs: { 'Chart.yaml': 'name: theirs\n' } });
  t.notOk((await render('-o', 'json')).taken, 'no namespace');
  t.notOk((await render('-o', 'helm')).taken, 'no folder');
  t.notOk((await render('-n', 'stores', '--folder', cwd)).taken, 'a folder for what is printed');
  const theirs = join(cwd, 'theirs');
  await t.rejects(render('-o', 'helm', '--folder', theirs), { code: 'FC-CFG-001', message: /Chart\.yaml of somebody/ });
  t.equal(await readFile(join(theirs, 'Chart.yaml'), 'utf8'), 'name: theirs\n');
  await t.rejects(readFile(join(theirs, 'values.yaml')), { code: 'ENOENT' }, 'nothing is written then');
  await t.rejects(render('-o', 'helm', '--folder', join(theirs, 'Chart.yaml')), { code: 'FC-CFG-001' });
});

test('what an earlier release wrote and this one does not is taken away, and nothing of anybody else', async (t) => {
  const chart = join(t.testdir(), 'chart');
  await render('-o', 'helm', '--folder', chart);
  const namesIn = async () => (await readdir(chart, { recursive: true })).sort();
  const fresh = await namesIn();
  const role = await readFile(join(chart, 'templates', 'role-firecamp-manager.yaml'), 'utf8');
  await writeFile(join(chart, 'templates', 'role-firecamp-guard.yaml'), role);
  const theirs = ['templates/theirs.yaml', 'values-theirs.yaml', '.helmignore'];
  const speaks = `a: 1\nb: 2\nc: 3\nd: 4\n${role}`;
  for (const name of theirs) await writeFile(join(chart, name), speaks);
  await render('-o', 'helm', '--folder', chart);
  t.same(await namesIn(), [...fresh, ...theirs].sort());
});

if (await needs(t, 'helm')) {
  const helm = await helmBinary();
  // Without a cluster helm goes by the version that its maker built it for.
  const version = ['--kube-version', '1.34.0'];

  test('the chart makes what install render prints, for every setting', async (t) => {
    const cwd = t.testdir();
    const chart = join(cwd, 'chart');
    await render('-o', 'helm', '--folder', chart);
    const values = join(cwd, 'values.json');
    const template = async (given: object, ...more: readonly string[]) => {
      await writeFile(values, JSON.stringify(given));
      return await ended(helm, ['template', 'any', chart, '-f', values, ...version, ...more], { HOME: cwd });
    };
    for (const one of installations) {
      const made = await template({ existingNamespace: false, ...one });
      t.strictSame(objectsIn(made), objectsIn((await render(...flagsOf(one))).out), one.namespace);
    }
    const [first] = installations;
    if (first === undefined) return;
    const ofRelease = await template({ memberRoleArn: '', managerRoleArn: '' }, '-n', first.namespace);
    const expected = (await render(...flagsOf({ ...first, existingNamespace: true }))).out;
    t.strictSame(objectsIn(ofRelease), objectsIn(expected), 'values that are empty are as flags that are not given');
    for (const [flag, value, given] of refused) {
      await t.rejects(template({ [value]: given }), { message: new RegExp(value) }, `chart: ${given}`);
      t.notOk((await render('-n', 'stores', flag, given)).taken, `flag: ${given}`);
    }
    await t.rejects(template({ dbtype: 'k8sdb' }), { message: /dbtype/ }, 'a value that does not exist');
  });

  test('flags become the chart’s defaults, and helm finds nothing to say against it', async (t) => {
    const cwd = t.testdir();
    for (const one of installations) {
      const chart = join(cwd, `chart-${one.namespace}`);
      await render('-o', 'helm', '--folder', chart, ...flagsOf(one));
      t.match(await ended(helm, ['lint', '--strict', chart, ...version], { HOME: cwd }), /0 chart\(s\) failed/);
      const made = await ended(helm, ['template', 'any', chart, ...version], { HOME: cwd });
      const expected = await render(...flagsOf({ ...one, existingNamespace: true }));
      t.strictSame(objectsIn(made), objectsIn(expected.out), one.namespace);
    }
  });

  test('services live by what helm installed, and only helm changes it or takes it away', async (t) => {
    if (!(await needs(t, 'kube-apiserver'))) return;
    t.setTimeout(120_000);
    const kube = await apiOnly(t);
    const world = await orchestratorWorld(t, kube, { namespace: 'stores' });
    await addFleet(kube, world.account);
    const cwd = t.testdir();
    const chart = join(cwd, 'chart');
    await render('-o', 'helm', '--folder', chart);
    const access = { url: kube.url, caFile: kube.caFile, token: kube.adminToken };
    const env = { HOME: cwd, KUBECONFIG: await writeKubeconfig(join(cwd, 'kubeconfig'), access) };
    await kube.admin('POST', '/api/v1/namespaces', { metadata: { name: 'releases' } });
    const release = (verb: string, ...more: readonly string[]) =>
      ended(helm, [verb, 'firecamp-stores', '-n', 'releases', ...more], env);
    const settings = ['--set', 'namespace=stores,existingNamespace=false,dbType=k8sdb'];

    t.match(await release('install', chart, ...settings), /firecamp doctor -n stores --db-type k8sdb/);
    const { changes } = await createService(world.operation(), redisIn(world.settings));
    const shared = changes.filter(({ kind }) => ['ServiceAccount', 'Role', 'RoleBinding'].includes(kind));
    t.same([...new Set(shared.map(({ action }) => action))], ['keep']);
    await release('upgrade', chart, ...settings, '--set', `memberRoleArn=${plainRole}`);
    const account = '/api/v1/namespaces/stores/serviceaccounts/firecamp-statefulservice-sa';
    t.match(await kube.admin('GET', account), {
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': plainRole } },
    });
    const same: Installation = {
      namespace: 'stores',
      dbType: 'k8sdb',
      memberRoleArn: plainRole,
      managerRoleArn: undefined,
    };
    await t.rejects(install(world.operation(), same), { code: 'FC-K8S-005', message: /is managed by Helm/ });

    const path = '/api/v1/namespaces/stores';
    const empty = await orchestratorWorld(t, kube, { namespace: 'empty' });
    const second = ['-n', 'releases', '--set', 'namespace=empty,existingNamespace=false'];
    await ended(helm, ['install', 'firecamp-empty', chart, ...second], env);
    t.same(
      (await uninstall(empty.operation())).changes.filter(({ action }) => action !== 'keep'),
      [],
      'it is helm’s',
    );
    await release('uninstall');
    t.match(await kube.admin('GET', path), { status: { phase: 'Active' } }, 'records and claims are in the namespace');
    await t.rejects(kube.admin('GET', account), { message: / 404 / });
  });
}
