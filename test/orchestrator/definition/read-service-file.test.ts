import { test } from 'tap';
import { exitCodes } from '../../../common/domain/exit-codes.ts';
import { ServiceFileError } from '../../../orchestrator/definition/file-fault.ts';
import { faultLines, faultsOf, fileWith, read } from './read.ts';

test('fills every default of the least that a service file may say', async (t) => {
  t.strictSame(read(fileWith({})), {
    cluster: 'demo',
    namespace: 'default',
    name: 'redis',
    type: 'stateful',
    replicas: 3,
    zones: ['us-east-1a', 'us-east-1b'],
    region: 'us-east-1',
    image: 'redis:8',
    command: [],
    args: [],
    env: {},
    resources: { maxCpuUnits: 0, reserveCpuUnits: 256, maxMemMb: 0, reserveMemMb: 256 },
    ports: [],
    dataVolume: undefined,
    journalVolume: undefined,
    staticIp: false,
    registerDns: true,
    domain: 'demo-firecamp.com',
    configFiles: [],
    readiness: undefined,
    liveness: undefined,
    dbType: 'clouddb',
    detachPolicy: 'detach',
    kubernetesCluster: 'demo',
    terminationGracePeriodSeconds: 60,
    images: { org: 'cloudstax', release: '1.2.3' },
    settings: {},
    testMode: false,
  });
});

test('fills the defaults of volumes, ports, files and probes, and reads modes as octal', async (t) => {
  const definition = read(
    fileWith(
      {},
      `staticIp: true
dataVolume: { sizeGb: 10 }
journalVolume: { sizeGb: 4, volumeType: io1, iops: 200, encrypted: false }
ports: [{ name: redis, containerPort: 6379 }]
configFiles: [{ name: a.conf, content: x }, { name: b.conf, mode: "0640", content: y }]
readiness: { command: [check] }
`,
    ),
  );
  t.match(definition.dataVolume, { mountPath: '/data', volumeType: 'gp3', sizeGb: 10, encrypted: true });
  t.match(definition.journalVolume, { mountPath: '/journal', volumeType: 'io1', iops: 200, encrypted: false });
  t.strictSame(definition.ports, [{ name: 'redis', containerPort: 6379, isServicePort: true, declared: false }]);
  t.strictSame(
    definition.configFiles.map(({ mode }) => mode),
    [0o600, 0o640],
  );
  t.strictSame(definition.readiness, {
    command: ['check'],
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 5,
  });
});

test('tells all faults at once, in the order of the file, each with line, column, field, value and what is allowed', async (t) => {
  const text = fileWith(
    { name: 'red_is', replicas: '0' },
    `env:
  PORT: 6379
ports:
  - name: redis
    contanerPort: 6379
dataVolume:
  sizeGb: 10
  throughput: 2000
`,
  );
  t.strictSame(faultLines(text), [
    '2:7 name: "red_is" is not allowed: lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen, at most 58',
    '3:11 replicas: 0 is not allowed: a whole number from 1 to 1000',
    '7:9 env.PORT: this value is not allowed: text; put quotes around it',
    '9:5 ports[0].containerPort: is missing: needed is a whole number from 1 to 65535',
    '10:5 ports[0].contanerPort: is not a field of a service file: did you mean containerPort?',
    '13:15 dataVolume.throughput: 2000 is not allowed: gp3 takes at most 0.25 MiB/s for each IOPS, 2000 MiB/s need iops: 8000',
  ]);
});

test('ends with exit code 2 and lists the faults as file:line:column', async (t) => {
  try {
    read(fileWith({ replicas: '-1', image: '""' }));
    t.fail('it was read');
  } catch (error) {
    if (!(error instanceof ServiceFileError)) throw error;
    t.equal(error.exitCode, exitCodes.badInput);
    t.equal(error.code, 'FC-CFG-002');
    t.match(error.message, /has 2 faults:\n {2}svc\.yaml:3:11: replicas: -1 .*\n {2}svc\.yaml:5:8: image: "" /);
  }
});

test('takes 1 to 1000 replicas and nothing else', async (t) => {
  for (const replicas of ['1', '1000']) t.equal(read(fileWith({ replicas })).replicas, Number(replicas));
  for (const replicas of ['0', '-1', '1001', '2.5', '"3"', 'three', '.inf', '.nan', '']) {
    t.match(
      faultLines(fileWith({ replicas })),
      [/^3:\d+ replicas: .* is not allowed: a whole number from 1 to 1000$/],
      {
        replicas,
      },
    );
  }
});

test('takes names of at most 58 lower-case letters, digits and hyphens', async (t) => {
  for (const name of ['a', 'my-redis2', 'a'.repeat(58)]) t.equal(read(fileWith({ name })).name, name);
  for (const name of ['a'.repeat(59), 'my_redis', 'Redis', '2redis', '-redis', 'redis-', 're.dis', '""', 'é', '12']) {
    t.match(faultLines(fileWith({ name })), [/^2:7 name: .* is not allowed: .*at most 58/], name);
  }
});

test('refuses a field that stands twice, at both levels, and says where the second one is', async (t) => {
  t.strictSame(faultLines(fileWith({}, 'replicas: 4\ndataVolume:\n  sizeGb: 1\n  sizeGb: 2\n')), [
    '6:1 : the field replicas stands here a second time: keep one of them',
    '9:3 : the field sizeGb stands here a second time: keep one of them',
  ]);
});

test('names the field that was probably meant, or all fields when none is close', async (t) => {
  const message = (line: string) => faultsOf(fileWith({}, `${line}\n`))[0]?.message;
  t.match(message('static_ip: true'), /did you mean staticIp\?$/);
  t.match(message('enviroment: {}'), /there are cluster, namespace, name/);
  t.match(message('dataVolum: {}'), /did you mean dataVolume\?$/);
  t.match(message('__proto__: {}'), /is not a field of a service file/);
});

test('names every required field that is missing', async (t) => {
  const faults = faultsOf('type: stateful\n');
  t.strictSame(
    faults.map(({ field }) => field),
    ['cluster', 'name', 'replicas', 'zones', 'image'],
  );
});

test('refuses what is no single YAML document of fields', async (t) => {
  const bad: [string, RegExp][] = [
    ['', /is empty/],
    ['# only a comment\n', /is empty/],
    ['null\n', /is empty/],
    ['just text\n', /"just text" is not allowed: a mapping of fields/],
    ['- a\n- b\n', /is not allowed: a mapping of fields/],
    ['cluster: [demo\nname: x\n', /is not YAML: /],
    ['name: x\ncluster: *nobody\n', /^2:10 : is not YAML: nothing before this is called &nobody/],
    ['cluster: !secret demo\n', /is not YAML: /],
    [`${fileWith({})}---\ncluster: other\n`, /a second document begins here/],
  ];
  for (const [text, message] of bad) t.match(faultLines(text).join('\n'), message, text);
});

test('refuses aliases that multiply instead of filling the memory', async (t) => {
  const levels = Array.from({ length: 12 }, (_none, n) =>
    n === 0
      ? 'a0: &a0 [x, x]'
      : `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
  );
  t.match(faultLines(`${levels.join('\n')}\n`).join('\n'), /alias/i);
});

test('points at the alias where the value comes from elsewhere in the file', async (t) => {
  const text = fileWith({ name: '&n my_name' }, 'configFiles:\n  - { name: a, mode: *n, content: x }\n');
  t.match(faultLines(text), [/^2:10 name: /, /^7:22 configFiles\[0\]\.mode: /]);
});

test('reads a file with Windows line ends and a byte order mark', async (t) => {
  t.equal(read(`\uFEFF${fileWith({}).replaceAll('\n', '\r\n')}`).name, 'redis');
});

test('lets flags stand before the file, also where the file has none, and names the flag that is wrong', async (t) => {
  const text = fileWith({}).replace('cluster: demo\n', '');
  const definition = read(text, { cluster: 'prod', namespace: 'stores' });
  t.match(definition, { cluster: 'prod', namespace: 'stores', domain: 'prod-firecamp.com' });
  t.match(faultLines(text, { cluster: 'a_b' }), [/^undefined:undefined --cluster: "a_b" is not allowed/]);
});

test('keeps the values of variables out of messages', async (t) => {
  t.notMatch(faultLines(fileWith({}, 'env: { PASSWORD: 314159 }\n')).join(), /314159/);
});
