import { writeFileSync } from 'node:fs';
import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { firecamp } from './firecamp.ts';
import { spawnInTerminal } from './in-terminal.ts';
import { commandWorld } from './world.ts';

test('a create that Ctrl-C cuts off', async (t) => {
  t.setTimeout(300_000);
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  // Slow enough to be in the midst of it for certain.
  const world = await orchestratorWorld(t, kube, {
    cloud: { latency: { route53: { beforeEffectMs: 700, afterEffectMs: 700 } } },
  });
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());
  const { stdout: file } = await firecamp(['init', 'redis', '-f', '-'], { cwd: cli.cwd });

  t.test('ends with 130 and says how to go on; the next run goes on from there', async (t) => {
    const { child, ended } = await cli.start(['create', '-f', '-']);
    child.stdin.end(file);
    const registering = Promise.withResolvers<void>();
    let seen = '';
    child.stderr.on('data', (chunk) => {
      seen += String(chunk);
      if (seen.includes('register names: started')) registering.resolve();
    });
    await Promise.race([registering.promise, ended]);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    t.equal(code, 130, stderr);
    t.equal(stdout, '');
    t.match(
      stderr,
      /SIGINT: stopping; once more ends it at once\n(.*\n)*Interrupted while .*\nWhat was done stays\. Run the same/,
    );
    const sets = await kube.admin('GET', `/apis/apps/v1/namespaces/${world.namespace}/statefulsets`);
    t.match(sets, { items: [] }, 'it did stop');
    t.match(
      await cli.run(['status', 'redis']),
      { code: 0, stdout: /^Creating/ },
      'its records say which cluster it is of',
    );
    const again = await cli.run(['create', '-f', '-'], file);
    t.equal(again.code, 0, again.stderr);
    t.match(again.stdout, /^create +StatefulSet/m);
    t.notMatch(again.stdout, /^create +(volume|address|record)/m, 'what the first run made is kept');
  });

  t.test('at a terminal its steps are redrawn in place, coloured unless NO_COLOR is set', async (t) => {
    for (const [env, colour] of [
      [{}, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      writeFileSync(`${cli.cwd}/redis.yaml`, file);
      const args = ['create', '-f', 'redis.yaml', '-n', world.namespace];
      const child = await spawnInTerminal({ cwd: cli.cwd, env: { ...cli.env, ...env } }, args);
      const screen = (await child.stdout.toArray()).join('');
      t.match(screen, /\[\d+A\r/, 'lines are taken back');
      t.equal(screen.includes('\u001B[32m✔'), colour);
      t.match(screen, /✔.* apply Kubernetes objects/);
      t.match(screen, /nothing to do: \d+ objects/, 'then the result');
    }
  });
});
