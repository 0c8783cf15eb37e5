import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { parseAllDocuments } from 'yaml';
import { firecamp } from './firecamp.ts';

const service = `cluster: demo
name: redis
replicas: 3
zones: [us-east-1a, us-east-1b]
image: redis:8
staticIp: true
dataVolume: { sizeGb: 10 }
env: { ON: "on", MODE: "0600", TIME: "1:20", BIG: "1e3" }
`;

interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const objectsIn = (yaml: string): Rendered[] => parseAllDocuments(yaml).map((document) => document.toJS() as Rendered);

test('prints the objects as YAML and as a JSON List of the same, the same bytes each time, and writes no file', async (t) => {
  const cwd = t.testdir({ 'svc.yaml': service });
  const first = await firecamp(['render', '-f', 'svc.yaml'], { cwd });
  const second = await firecamp(['render', '--file', 'svc.yaml', '--kube-version', 'v1.34.1'], { cwd });
  const json = await firecamp(['render', '-f', 'svc.yaml', '-o', 'json'], { cwd });
  t.match(first, { code: 0, stderr: '' });
  t.equal(second.stdout, first.stdout);
  const list = JSON.parse(json.stdout) as { kind: string; items: Rendered[] };
  t.equal(list.kind, 'List');
  t.strictSame(objectsIn(first.stdout), list.items);
  t.ok(list.items.some(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'redis'));
  t.strictSame(await readdir(cwd), ['svc.yaml']);
});

test('quotes text that readers of YAML 1.1 would take for something else', async (t) => {
  const { stdout } = await firecamp(['render', '-f', '-'], { cwd: t.testdir(), stdin: service });
  const readBy11 = parseAllDocuments(stdout, { version: '1.1' }).map((document) => JSON.stringify(document.toJS()));
  const statefulSet = readBy11.find((object) => object.includes('"StatefulSet"')) ?? '';
  for (const text of ['on', '0600', '1:20', '1e3']) t.match(statefulSet, `"value":"${text}"`);
});

test('puts --namespace and --cluster in place of the file’s', async (t) => {
  const args = ['render', '-f', '-', '-n', 'stores', '--cluster', 'prod'];
  const { code, stdout } = await firecamp(args, { cwd: t.testdir(), stdin: service });
  t.equal(code, 0);
  const namespaces = objectsIn(stdout).flatMap(({ metadata }) => metadata.namespace ?? []);
  t.strictSame([...new Set(namespaces)], ['stores']);
  t.match(stdout, /value: prod\n/);
});

test('makes other objects for an API server without native sidecars', async (t) => {
  const run = (version: string) =>
    firecamp(['render', '-f', '-', '--kube-version', version], { cwd: t.testdir(), stdin: service });
  const [old, recent] = [await run('1.28'), await run('1.29')];
  t.match([old.code, recent.code], [0, 0]);
  t.match(recent.stdout, /restartPolicy: Always/);
  t.not(old.stdout, recent.stdout);
});

test('prints nothing on stdout and every fault on stderr, exit code 2, when the file is wrong', async (t) => {
  const stdin = service.replace('replicas: 3', 'replicas: 1001').replace('name: redis', `name: ${'a'.repeat(59)}`);
  const { code, stdout, stderr } = await firecamp(['render', '-f', '-'], { cwd: t.testdir(), stdin });
  t.match({ code, stdout }, { code: 2, stdout: '' });
  t.match(
    stderr,
    /^error: The service file stdin has 2 faults:\n {2}stdin:2:7: name: .*\n {2}stdin:3:11: replicas: 1001 .*\n.*FC-CFG-002/,
  );
});

test('tells errors as one JSON line when JSON was asked for', async (t) => {
  const asked = ['render', '-f', '-', '-o', 'json'];
  const { code, stderr } = await firecamp(asked, { cwd: t.testdir(), stdin: 'name: x\n' });
  t.equal(code, 2);
  t.match(JSON.parse(stderr), { level: 'error', code: 'FC-CFG-002', exitCode: 2, fields: { faults: /^stdin:1:/ } });
});

test('warns of a name that Kubernetes cannot start a StatefulSet’s pods by', async (t) => {
  const named = (length: number) => service.replace('name: redis', `name: ${'a'.repeat(length)}`);
  const long = await firecamp(['render', '-f', '-'], { cwd: t.testdir(), stdin: named(53) });
  t.match(long, { code: 0, stderr: /^warning: .* has 53 characters/ });
  const longest = await firecamp(['render', '-f', '-'], { cwd: t.testdir(), stdin: named(52) });
  t.match(longest, { code: 0, stderr: '' });
});

test('ends with exit code 2 on a wrong command line or a file that is not there, and says what is wrong', async (t) => {
  const wrong: [string[], RegExp][] = [
    [['render'], /--file/],
    [['render', '-f', 'nowhere.yaml'], /nowhere\.yaml/],
    [['render', '-f', '.'], /EISDIR/],
    [['render', '-f', '-', '-o', 'xml'], /yaml, json/],
    [['render', '-f', '-', '--kube-version', 'new'], /1\.34/],
    [['render', '-f', '-', '--dry'], /unknown option/],
    [['rendr'], /Did you mean render/],
    [[], /Usage: firecamp/],
  ];
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await firecamp(args, { cwd: t.testdir(), stdin: service });
    t.match({ code, stdout, stderr }, { code: 2, stdout: '', stderr: message }, args.join(' '));
  }
});

test('the built executable renders the same bytes as the sources', async (t) => {
  const cwd = t.testdir({ 'svc.yaml': service });
  const args = ['render', '-f', join(cwd, 'svc.yaml')];
  t.strictSame(await firecamp(args, { cwd }), await firecamp(args, { cwd, unbuilt: true }));
});
