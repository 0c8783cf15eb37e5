import { test } from 'tap';
import { version } from '../../../common/runtime/version.ts';
import { firecamp } from './firecamp.ts';

test('prints the versions as a table, as JSON, and the client’s alone', async (t) => {
  const cwd = t.testdir();
  const table = await firecamp(['version'], { cwd });
  t.match(table, { code: 0, stderr: '', stdout: /^COMPONENT +VERSION\nclient +\d+\.\d+\.\d+/ });
  const json = await firecamp(['version', '-o', 'json'], { cwd });
  t.match(JSON.parse(json.stdout), { client: version, initImage: `cloudstax/firecamp-initcontainer:${version}` });
  t.strictSame(await firecamp(['--version'], { cwd }), { code: 0, stdout: `${version}\n`, stderr: '' });
});

test('prints the JSON Schema that service files are judged by', async (t) => {
  const { code, stdout } = await firecamp(['schema'], { cwd: t.testdir() });
  t.equal(code, 0);
  t.match(JSON.parse(stdout), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    required: ['cluster', 'name', 'replicas', 'zones', 'image'],
    properties: { replicas: { minimum: 1, maximum: 1000 } },
  });
});

test('prints help of the program and of every verb on stdout, exit code 0, without colours', async (t) => {
  const cwd = t.testdir();
  for (const args of [['--help'], ['help'], ...['init', 'render', 'schema', 'version'].map((verb) => [verb, '-h'])]) {
    const { code, stdout, stderr } = await firecamp(args, { cwd });
    t.match({ code, stderr }, { code: 0, stderr: '' }, args.join(' '));
    t.match(stdout, /^Usage: firecamp /);
    t.notMatch(stdout, '\u001B');
  }
});
