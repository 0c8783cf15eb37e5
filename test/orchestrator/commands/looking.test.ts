import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisWorld, setReady } from '../status/claimed-service.ts';
import { addFleet, apiOnly } from '../world.ts';
import { commandWorld } from './world.ts';

test('verbs that only look, on a service that runs', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const { world, members } = await redisWorld(t, kube, 3);
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());

  t.test('list shows it, and finds cluster and records by the objects of the namespace', async (t) => {
    const { code, stdout } = await cli.run(['list']);
    t.match({ code, stdout }, { code: 0, stdout: /^NAME +READY +STATUS +AGE\nredis +\d\/3 +ACTIVE/ });
    const { services } = await cli.json(t, ['list', '-A', '--cluster', 'demo', '--db-type', 'k8sdb']);
    t.match(services, [{ name: 'redis', namespace: world.namespace, cluster: 'demo' }]);
  });

  t.test('status shows who holds each address, as a table and as JSON with conditions', async (t) => {
    const table = await cli.run(['status', 'redis', '--exit-code']);
    t.match(table, { code: 0, stdout: /^Healthy: 3 of 3 members\n\nNAME +READY +STATIC-IP/ });
    for (const { name, ip, instanceId } of members)
      t.match(table.stdout, new RegExp(`${name} +True +${ip} +${instanceId}`));
    const status = await cli.json(t, ['status', 'redis']);
    t.match(status, {
      healthy: true,
      members: [{ name: 'redis-0', conditions: [{ status: 'True' }], agrees: 'True' }],
    });
  });

  t.test('status prints the truth with exit code 0, and with --exit-code 1 when it is not well', async (t) => {
    await setReady(world, 'redis-1', false);
    t.match(await cli.run(['status', 'redis']), { code: 0, stdout: /^Degraded: .*redis-1/ });
    t.match(await cli.run(['status', 'redis', '--exit-code', '-o', 'json']), { code: 1 });
    const waited = await cli.run(['wait', 'redis', '--timeout', '1500ms']);
    t.match(waited, { code: 4, stdout: '', stderr: /wait for redis: waiting: Degraded.*FC-CLI-002/s });
    await setReady(world, 'redis-1', true);
    t.match(await cli.run(['wait', 'redis', '--timeout', '30s']), { code: 0, stdout: 'Healthy: 3 of 3 members\n' });
  });

  t.test('status --watch prints a block at each change until Ctrl-C, which is no fault', async (t) => {
    const { child, ended } = await cli.start(['status', 'redis', '--watch']);
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    let seen = '';
    child.stdout.on('data', (chunk) => {
      seen += String(chunk);
      if (/Healthy/.test(seen)) first.resolve();
      if (/Degraded/.test(seen)) second.resolve();
    });
    await first.promise;
    await setReady(world, 'redis-2', false);
    await second.promise;
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    t.equal(code, 0);
    t.notMatch(stdout, '\u001B', 'no terminal, nothing to redraw');
    await setReady(world, 'redis-2', true);
  });

  t.test('what EC2 does not tell is <unknown> with the reason, and the rest is there', async (t) => {
    const env = { AWS_ENDPOINT_URL_EC2: 'http://127.0.0.1:1' };
    const { ended } = await cli.start(['status', 'redis', '--request-timeout', '2s'], env);
    const { code, stdout } = await ended;
    t.equal(code, 0);
    t.match(stdout, /^Unknown/);
    t.match(stdout, /redis-0 +True +10\.0\.8\.4 +<unknown> /);
    t.match(stdout, /\n<unknown>: .*EC2/s);
  });

  t.test('trace tells the story of a member by its pod, its address or its name', async (t) => {
    const [, one] = members;
    for (const about of ['redis-1', one?.ip ?? '', 'redis-1.demo-firecamp.com']) {
      const { code, stdout } = await cli.run(['trace', about]);
      t.match({ code, stdout }, { code: 0, stdout: /^redis-1 is Ready/ }, about);
      for (const part of [one?.podUid, one?.interfaceId, one?.instanceId]) t.match(stdout, part ?? '');
    }
    t.match(await cli.run(['trace', '10.9.9.9']), { code: 2, stderr: /FC-SVC-002/ });
  });

  t.test('a service that is not there is said to be so, exit code 2', async (t) => {
    t.match(await cli.run(['status', 'nothing']), { code: 2, stdout: '', stderr: /no service nothing.*--cluster/s });
    const told = await cli.run(['status', 'nothing', '--cluster', 'demo', '--db-type', 'k8sdb']);
    t.match(told, { code: 2, stdout: '', stderr: /There is no service nothing in namespace .*FC-SVC-002/s });
  });

  t.test('doctor says what is wrong with an id, and exits with 1', async (t) => {
    const { code, stdout } = await cli.run(['doctor', '--check', 'network']);
    t.match({ code, stdout }, { code: 1, stdout: /checks passed, \d+ failed.*\nRESULT +ID +CATEGORY/s });
    t.match(stdout, /\nFC-NET-003 .*: fail\n {2}found: .*\n {2}expected: .*\n {2}remedy: .*firecamp network create/);
    const none = await cli.run(['doctor', '--check', 'network', '--fail-on', 'none']);
    t.equal(none.code, 0);
    t.match(await cli.run(['doctor', '--check', 'FC-NO-001']), { code: 2, stderr: /FC-NO-001/ });
  });

  t.test('report writes a zip of all of it, and never over a file', async (t) => {
    const file = join(cli.cwd, 'out.zip');
    t.match(await cli.run(['report', 'redis', '-f', file]), { code: 0, stdout: `${file}\n` });
    const content = unzipSync(readFileSync(file));
    t.match(Object.keys(content).sort().join(' '), /doctor\.json .*version\.json warnings\.txt/);
    t.match(JSON.parse(strFromU8(content['version.json'] ?? new Uint8Array())), { settings: { cluster: 'demo' } });
    t.match(await cli.run(['report', '-f', file]), { code: 2, stderr: /there already/ });
  });
});
