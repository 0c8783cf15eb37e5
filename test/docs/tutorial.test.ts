import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'tap';
import { needs } from '../../scripts/rig/requirements.ts';
import { demoTopology } from '../cloud/demo-topology.ts';
import { builtFirecamp } from '../orchestrator/commands/firecamp.ts';
import { commandWorld } from '../orchestrator/commands/world.ts';
import { addFleet, orchestratorWorld, wholeCluster } from '../orchestrator/world.ts';

const page = resolve(import.meta.dirname, '..', '..', 'docs', 'tutorial', 'first-service.md');

/** The lines that a reader types once both worlds run. */
function typedLines(): string[] {
  const [, text = ''] = readFileSync(page, 'utf8').split(/^## 2\. /m);
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
  return blocks
    .map((line) =>
      line
        .replace(/ +#.*$/, '')
        .replace('| less', '| cat')
        .trim(),
    )
    .filter((line) => line !== '');
}

test('every line of the tutorial does what it says', async (t) => {
  t.setTimeout(600_000);
  if (!(await needs(t, 'kube-cluster', 'kwok'))) return;
  const kube = await wholeCluster(t);
  const world = await orchestratorWorld(t, kube, { topology: demoTopology(), namespace: 'default' });
  await addFleet(kube, world.account);
  const cwd = t.testdir();
  const { env } = await commandWorld(world, cwd);
  const path = `${dirname(await builtFirecamp())}:/usr/bin:/bin`;
  const told = { ...env, FIRECAMP_CLUSTER: 'demo', FIRECAMP_DB_TYPE: 'k8sdb', HOME: cwd, PATH: path };
  /** Not synchronously: the account is played in this process. */
  const run = (line: string) =>
    new Promise<{ readonly failed: boolean; readonly stdout: string; readonly stderr: string }>((done) => {
      const options = { cwd, env: told, timeout: 120_000 };
      execFile('sh', ['-c', line], options, (error, stdout, stderr) =>
        done({ failed: error !== null, stdout, stderr }),
      );
    });
  const lines = typedLines();
  t.ok(lines.length > 15, 'the page was found');
  for (const line of lines) {
    const asked = line.startsWith('firecamp delete') ? `${line} --yes` : line;
    const { failed, stdout, stderr } = await run(asked);
    t.notOk(failed, `${line}\n${stdout}${stderr}`);
    if (line === 'firecamp init redis') hurry();
    if (line === 'firecamp diff -f redis.yaml') t.equal(stdout, '');
    if (line === 'firecamp list') t.match(stderr, /no service/);
  }

  /** Nobody reads meanwhile. */
  function hurry() {
    const file = join(cwd, 'redis.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^terminationGrace.*$/m, 'terminationGracePeriodSeconds: 1'));
  }
});
