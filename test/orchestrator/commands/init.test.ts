import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'tap';
import { readServiceFile } from '../../../orchestrator/definition/read-service-file.ts';
import { firecamp } from './firecamp.ts';

for (const example of ['redis', 'zookeeper', 'image']) {
  test(`the ${example} example is a service file that renders without a warning`, async (t) => {
    const cwd = t.testdir();
    t.match(await firecamp(['init', example], { cwd }), { code: 0, stdout: '', stderr: `${example}.yaml` });
    const text = await readFile(join(cwd, `${example}.yaml`), 'utf8');
    t.match(readServiceFile(text, { file: example, release: '1' }), {
      ...{ cluster: 'demo', replicas: 3, type: 'stateful' },
      dbType: 'k8sdb', // The default needs a table in DynamoDB, which a beginner does not have.
    });
    const { code, stdout, stderr } = await firecamp(['render', '-f', `${example}.yaml`], { cwd });
    t.match({ code, stderr }, { code: 0, stderr: '' });
    t.match(stdout, /kind: StatefulSet/);
  });
}

test('every field of the image example can be taken out of its comment', async (t) => {
  const { stdout } = await firecamp(['init', 'image', '-f', '-'], { cwd: t.testdir() });
  const uncommented = stdout
    .replace(/^# (?=[a-z]\w*:( |$))/gim, '')
    .replace(/^# (?= +\w+:)/gm, '')
    .replace(/^( +)# (?=\w+: \S+$)/gm, '$1');
  const read = readServiceFile(uncommented, { file: 'image.yaml', release: '9' });
  t.match(read, { liveness: { command: ['/bin/check-alive'] }, images: { release: '0.1.0' }, region: 'us-east-1' });
  t.match(read.dataVolume, { kmsKeyId: 'alias/my-key', mountPath: '/data' });
});

test('never overwrites a file', async (t) => {
  const cwd = t.testdir();
  await writeFile(join(cwd, 'mine.yaml'), 'mine');
  const { code, stderr } = await firecamp(['init', 'redis', '--file', 'mine.yaml'], { cwd });
  t.match({ code, stderr }, { code: 2, stderr: /mine\.yaml: it is there already/ });
  t.equal(await readFile(join(cwd, 'mine.yaml'), 'utf8'), 'mine');
});

test('names the examples when asked for another one', async (t) => {
  t.match(await firecamp(['init', 'mysql'], { cwd: t.testdir() }), { code: 2, stderr: /redis, zookeeper, image/ });
});
