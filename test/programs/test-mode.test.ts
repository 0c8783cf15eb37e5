import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ensureBuilt } from '../../scripts/build/ensure-built.ts';
import { countConnections, runProgram } from './run-program.ts';

t.setTimeout(180_000);
const built = await ensureBuilt();
const programs = [
  { name: 'firecamp-initcontainer', file: built.initcontainer, args: [] },
  { name: 'firecamp-stopcontainer', file: built.stopcontainer, args: [] },
  { name: 'firecamp-stopcontainer --once', file: built.stopcontainer, args: ['--once'] },
] as const;
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const sessionToken = 'FwoGZXIvYXdzEXAMPLESESSIONTOKEN';

/** A valid configuration whose every far side is this port of the loopback address. */
function podOn(t: Test, port: number, dbType: 'clouddb' | 'k8sdb') {
  const dir = t.testdir({ data: {}, run: {}, 'termination-log': '' });
  const url = `http://127.0.0.1:${port}`;
  const env = {
    TESTMODE: 'true',
    CLUSTER: 'c1',
    SERVICE_NAME: 'redis',
    POD_NAME: 'redis-0',
    K8S_NAMESPACE: 'data',
    DB_TYPE: dbType,
    POD_UID: '00000000-0000-4000-8000-000000000001',
    FIRECAMP_DATA_DIR: join(dir, 'data'),
    FIRECAMP_RUN_DIR: join(dir, 'run'),
    FIRECAMP_TERMINATION_LOG: join(dir, 'termination-log'),
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ENDPOINT_URL_ROUTE_53: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    PATH: process.env['PATH'],
  };
  return { dir, env };
}

async function nothingWritten(t: Test, dir: string): Promise<void> {
  const left = await Promise.all(['data', 'run'].map((name) => readdir(join(dir, name))));
  t.same(left, [[], []], 'nothing is written');
  t.equal(await readFile(join(dir, 'termination-log'), 'utf8'), '');
}

for (const far of ['close', 'silence'] as const) {
  const words = far === 'close' ? 'closes every connection' : 'never answers';
  // A server that never answers costs some seconds a row: the waiting process is the same program there.
  for (const { name, file, args } of far === 'close' ? programs : programs.filter((_, index) => index !== 1)) {
    t.test(
      `${name} with TESTMODE ends with 0 within seconds where AWS ${words} and no API server is known`,
      async (t) => {
        await using listener = await countConnections(far);
        const { dir, env } = podOn(t, listener.port, 'clouddb');
        const ended = await runProgram(file, args, env);
        t.equal(ended.code, 0, ended.stderr);
        t.ok(ended.tookMs < 15_000, `it took ${ended.tookMs} ms`);
        t.match(ended.stdout, /^TESTMODE: the configuration is valid; nothing is changed\.\n/);
        t.match(ended.stdout, /^ +cluster +c1 +variable CLUSTER$/m, 'a value with its source');
        t.match(ended.stdout, /^ +detachPolicy +detach +default$/m);
        t.match(ended.stdout, /^ +serviceUuid +\(not set\) +default$/m);
        t.match(ended.stdout, /^ +own pod +not reached: .*KUBERNETES_SERVICE_HOST/m);
        t.match(ended.stdout, /^ +member record +not reached: \S/m);
        t.match(ended.stdout, /^Plan: .*not|^Plan: keep everything/m);
        t.notMatch(ended.stdout + ended.stderr, secret);
        t.notMatch(ended.stdout + ended.stderr, sessionToken);
        await nothingWritten(t, dir);
      },
    );
  }
}

t.test('TESTMODE without an API server says of ConfigMap records too that they cannot be reached', async (t) => {
  await using listener = await countConnections();
  for (const { file, args } of programs) {
    const { dir, env } = podOn(t, listener.port, 'k8sdb');
    const ended = await runProgram(file, args, env);
    t.equal(ended.code, 0, ended.stderr);
    t.match(ended.stdout, /^ +member record +not reached: .*API server/m);
    await nothingWritten(t, dir);
  }
});

t.test('TESTMODE shows which flag a value came from', async (t) => {
  await using listener = await countConnections();
  const { env } = podOn(t, listener.port, 'clouddb');
  const ended = await runProgram(built.initcontainer, ['-namespace', 'data', '-vpc-cni=absent'], env);
  t.equal(ended.code, 0, ended.stderr);
  t.match(ended.stdout, /^ +namespace +data +flag -namespace$/m);
  t.match(ended.stdout, /^ +vpcCni +absent +flag -vpc-cni$/m);
});

t.test('TESTMODE does not make an invalid configuration valid: exit 2, and no connection', async (t) => {
  await using listener = await countConnections();
  for (const { file, args } of programs) {
    const { env } = podOn(t, listener.port, 'clouddb');
    const ended = await runProgram(file, args, { ...env, POD_NAME: 'Redis', DB_TYPE: 'memdb' });
    t.equal(ended.code, 2, ended.stderr);
    t.match(ended.error, { code: 'FC-CFG-001' });
    t.match(ended.error, { faults: { length: 2 } });
    t.equal(ended.stdout, '');
  }
  t.equal(listener.connections, 0);
});
