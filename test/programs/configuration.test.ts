import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { claimSettings } from '../../initcontainer/config.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ensureBuilt } from '../../scripts/build/ensure-built.ts';
import { releaseSettings } from '../../stopcontainer/config.ts';
import { countConnections, type ProgramEnd, runProgram } from './run-program.ts';

t.setTimeout(180_000);
const built = await ensureBuilt();

type Env = Readonly<Record<string, string | undefined>>;

const programs = [
  { name: 'firecamp-initcontainer', file: built.initcontainer, args: [] as string[], table: claimSettings },
  // Through the waiting process, as in a pod: it has the program check before it waits.
  { name: 'firecamp-stopcontainer', file: built.stopcontainer, args: [] as string[], table: releaseSettings },
  { name: 'firecamp-stopcontainer --once', file: built.stopcontainer, args: ['--once'], table: releaseSettings },
];

const listener = await countConnections();
t.teardown(() => listener[Symbol.asyncDispose]());

/** A pod's folders and variables, all valid; everything that could be called leads to the listener. */
async function podFolders(t: Test) {
  const dir = t.testdir({ data: {}, run: {}, 'termination-log': '' });
  const terminationLog = join(dir, 'termination-log');
  const url = `http://127.0.0.1:${listener.port}`;
  const env: Env = {
    CLUSTER: 'c1',
    SERVICE_NAME: 'redis',
    POD_NAME: 'redis-0',
    K8S_NAMESPACE: 'data',
    DB_TYPE: 'clouddb',
    POD_UID: '00000000-0000-4000-8000-000000000001',
    FIRECAMP_DATA_DIR: join(dir, 'data'),
    FIRECAMP_RUN_DIR: join(dir, 'run'),
    FIRECAMP_TERMINATION_LOG: terminationLog,
    FIRECAMP_K8S_URL: `https://127.0.0.1:${listener.port}`,
    FIRECAMP_DNS_SERVERS: `127.0.0.1:${listener.port}`,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_ENDPOINT_URL_EC2: url,
    AWS_ENDPOINT_URL_ROUTE_53: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_DYNAMODB: url,
    LOG_FORMAT: 'json',
  };
  return { dir, env, terminationLog };
}

/** What every refusal of a configuration has: exit 2, every fault in log and termination log, nothing called and nothing written. */
async function refused(
  t: Test,
  pod: Awaited<ReturnType<typeof podFolders>>,
  ended: ProgramEnd,
  faults: readonly (string | RegExp)[],
): Promise<void> {
  t.equal(ended.code, 2, ended.stderr.slice(-400));
  t.match(ended.error, { code: 'FC-CFG-001' });
  const lastWords = await readFile(pod.terminationLog, 'utf8');
  const logged = ended.error?.['faults'];
  const lines = Array.isArray(logged) ? logged.map(String) : [];
  for (const fault of faults) {
    t.ok(
      lines.some((line) => (typeof fault === 'string' ? line === fault : fault.test(line))),
      `${fault} is among ${JSON.stringify(lines)}`,
    );
    const said = typeof fault === 'string' ? lastWords.includes(fault) : fault.test(lastWords);
    t.ok(said, `${fault} is in the termination log: ${lastWords}`);
  }
  t.equal(lines.length, faults.length, `nothing else is a fault: ${JSON.stringify(lines)}`);
  t.same(await Promise.all(['data', 'run'].map((name) => written(join(pod.dir, name)))), [[], []]);
}

/** The files in a folder but for the waiting process's own mark. */
async function written(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name !== 'waiter');
}

const nameWords = 'letters, digits and hyphens, starting with a letter, at most 58';
const cases: readonly {
  readonly title: string;
  readonly env?: Env;
  readonly args?: readonly string[];
  readonly faults: readonly (string | RegExp)[];
}[] = [
  {
    title: 'variables that are missing, empty or malformed, all named at once with value and what is allowed',
    env: {
      CLUSTER: undefined,
      SERVICE_NAME: '',
      POD_NAME: 'Redis_0',
      POD_UID: 'me',
      HOST_IP: '10.0.1.300',
      FIRECAMP_DATA_DIR: 'data',
      FIRECAMP_WATCH_INTERVAL: '0',
      TESTMODE: 'yes',
    },
    faults: [
      `variable CLUSTER is missing: needed is ${nameWords}`,
      `variable SERVICE_NAME is empty: allowed is ${nameWords}`,
      'variable POD_NAME is "Redis_0": allowed is a pod name: lower-case letters, digits, hyphens and dots, at most 253',
      'variable POD_UID is "me": allowed is a UID as Kubernetes writes it: 8-4-4-4-12 lower-case hex digits',
      'variable HOST_IP is "10.0.1.300": allowed is an IPv4 address',
      'variable FIRECAMP_DATA_DIR is "data": allowed is an absolute path',
      'variable FIRECAMP_WATCH_INTERVAL is "0": allowed is a whole number from 1 to 60',
      'variable TESTMODE is "yes": allowed is "true" or "false"',
    ],
  },
  {
    title: 'an unknown DB type',
    env: { DB_TYPE: 'mysql' },
    faults: ['variable DB_TYPE is "mysql": allowed is "clouddb" or "k8sdb"'],
  },
  {
    title: 'the DB type memdb, whose records die with the process',
    env: { DB_TYPE: 'memdb' },
    faults: ['variable DB_TYPE is "memdb": allowed is "clouddb" or "k8sdb"'],
  },
  {
    title: 'an API server that is known from nowhere',
    env: { FIRECAMP_K8S_URL: undefined },
    faults: [/KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set/],
  },
];

const flagCases: typeof cases = [
  {
    title: 'a flag and a variable that disagree',
    args: ['-cluster', 'other', '--dbtype=k8sdb'],
    faults: [
      'flag -cluster is "other" but variable CLUSTER is "c1": they must agree',
      'flag -dbtype is "k8sdb" but variable DB_TYPE is "clouddb": they must agree',
    ],
  },
  {
    title: 'unknown flags, a flag with no value and a positional argument, all at once',
    args: ['-clustre=c1', '--frobnicate', 'now', '-member-name'],
    faults: [
      'flag --clustre: unknown; see --help',
      'flag --frobnicate: unknown; see --help',
      'argument "now": none is expected',
      /flag -member-name: needs a value \(a pod name/,
    ],
  },
  {
    title: 'a flag given twice with two values',
    args: ['-namespace=data', '-namespace=other'],
    faults: ['flag -namespace: given twice, with "data" and "other"'],
  },
];

for (const { name, file, args } of programs) {
  const rows = args.length === 0 && file === built.stopcontainer ? cases : [...cases, ...flagCases];
  for (const row of rows) {
    t.test(`${name} ends with 2 and touches nothing for ${row.title}`, async (t) => {
      const pod = await podFolders(t);
      const ended = await runProgram(file, [...args, ...(row.args ?? [])], { ...pod.env, ...row.env });
      await refused(t, pod, ended, row.faults);
      t.equal(listener.connections, 0, 'nobody was called');
    });
  }
}

t.test('every setting that a person can get wrong is checked, by its own name, in both programs', async (t) => {
  for (const { file, args, table } of [programs[0], programs[2]].filter((one) => one !== undefined)) {
    const pod = await podFolders(t);
    const variables = Object.values(table).flatMap((setting) => ('env' in setting ? [setting] : []));
    // No setting allows a single blank.
    const blanks = Object.fromEntries(variables.map(({ env }) => [env, ' ']));
    const ended = await runProgram(file, args, { ...pod.env, ...blanks });
    t.equal(ended.code, 2);
    const wanted = variables.map(({ env, allowed }) => `variable ${env} is " ": allowed is ${allowed}`);
    t.same(new Set(ended.error?.['faults'] as string[]), new Set(wanted));
    t.equal(listener.connections, 0);
  }
});

t.test(
  'FireCamp’s flags work with one dash or two, with a blank or an equals sign, and agree with their variables',
  async (t) => {
    const pod = await podFolders(t);
    const none = { CLUSTER: undefined, SERVICE_NAME: undefined, POD_NAME: undefined, DB_TYPE: undefined };
    const given = ['-cluster', 'c1', '-service-name=redis', '--member-name', 'redis-0', '--dbtype=clouddb'];
    for (const [args, env] of [
      [given, none],
      [given, {}],
    ] as const) {
      const ended = await runProgram(built.stopcontainer, [...args, '--check'], { ...pod.env, ...env });
      t.equal(ended.code, 0, ended.stderr);
    }
    const claim = await runProgram(built.initcontainer, [...given, '-frob'], { ...pod.env, ...none });
    await refused(t, pod, claim, ['flag --frob: unknown; see --help']);
  },
);

t.test('a bare flag given as true or false is one, and anything else is a fault', async (t) => {
  const pod = await podFolders(t);
  const right = await runProgram(built.stopcontainer, ['--check=true'], pod.env);
  t.equal(right.code, 0, right.stderr);
  const wrong = await runProgram(built.stopcontainer, ['--check=maybe'], pod.env);
  await refused(t, pod, wrong, ['flag -check is "maybe": allowed is "true" or "false"']);
});

t.test('the stop container says that it is valid with --check, and calls nobody for it', async (t) => {
  const pod = await podFolders(t);
  const ended = await runProgram(built.stopcontainer, ['--check'], pod.env);
  t.equal(ended.code, 0, ended.stderr);
  t.equal(listener.connections, 0);
});

for (const { name, file, table } of programs.slice(0, 2)) {
  t.test(
    `${name} --help names every setting with what is allowed, on stdout, and needs no configuration`,
    async (t) => {
      for (const flag of ['--help', '-help']) {
        const { code, stdout, stderr } = await runProgram(file, [flag], {});
        t.equal(code, 0, flag);
        t.equal(stderr, '');
        t.match(stdout, new RegExp(`^${name}: `));
        t.match(stdout, /--version/);
        for (const setting of Object.values(table)) {
          const names = [];
          if ('flag' in setting) names.push(`-${setting.flag}`);
          if ('env' in setting) names.push(setting.env);
          t.match(stdout, `  ${names.join(', ')}\n`);
          t.match(stdout, `      ${setting.allowed}; `);
        }
        t.match(stdout, /-cluster, CLUSTER\n.*\n.*; required/);
        t.match(stdout, /FIRECAMP_DATA_DIR\n.*\n.*default: \/data\n/);
      }
    },
  );

  t.test(`${name} --version is one line on stdout`, async (t) => {
    for (const flag of ['--version', '-version']) {
      const { code, stdout, stderr } = await runProgram(file, [flag], {});
      t.same({ code, stdout, stderr }, { code: 0, stdout: `${name} ${packageJson.version}\n`, stderr: '' });
    }
  });
}

t.test(
  'a termination log that cannot be written does not hide the fault: the log has it, and the exit code stays',
  async (t) => {
    const pod = await podFolders(t);
    await mkdir(join(pod.dir, 'folder'));
    const env = { ...pod.env, CLUSTER: undefined, FIRECAMP_TERMINATION_LOG: join(pod.dir, 'folder') };
    const ended = await runProgram(built.initcontainer, [], env);
    t.equal(ended.code, 2);
    t.match(ended.error, { code: 'FC-CFG-001' });
  },
);

t.test('the last words replace longer ones of an earlier run whole', async (t) => {
  const pod = await podFolders(t);
  await writeFile(pod.terminationLog, 'x'.repeat(4000));
  const ended = await runProgram(built.initcontainer, [], { ...pod.env, CLUSTER: undefined });
  t.equal(ended.code, 2);
  t.notMatch(await readFile(pod.terminationLog, 'utf8'), /xx/);
});
