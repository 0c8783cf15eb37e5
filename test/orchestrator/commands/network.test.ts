import { once } from 'node:events';
import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';
import { spawnInTerminal } from './in-terminal.ts';
import { commandWorld } from './world.ts';

test('the network verbs', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const kube = await apiOnly(t);
  const world = await orchestratorWorld(t, kube, { reservationTags: undefined });
  await addFleet(kube, world.account);
  const cli = await commandWorld(world, t.testdir());
  const settings = ['--cluster', 'demo', '--db-type', 'k8sdb'];
  const create = ['network', 'create', '--zone', 'us-east-1a', '--addresses', '16', ...settings];
  const reservations = async () =>
    (
      await world.ports.subnets.reservations(world.account.subnets[0]?.id ?? '', {
        signal: new AbortController().signal,
      })
    ).length;

  t.test('say all settings that are missing at once', async (t) => {
    const { code, stderr } = await cli.run(['network', 'list']);
    t.match({ code, stderr }, { code: 2, stderr: /--cluster or FIRECAMP_CLUSTER.*--db-type or FIRECAMP_DB_TYPE/s });
  });

  t.test('create with a dry run reserves nothing', async (t) => {
    const dry = await cli.json(t, [...create, '--dry-run']);
    t.match(dry, { dryRun: 'client', changes: [{ action: 'create', kind: 'reservation' }] });
    t.equal(await reservations(), 0);
  });

  t.test('create reserves, list shows it, and settings may come from the environment', async (t) => {
    const made = await cli.json(t, create);
    t.match(made, { id: /^scr-/, zone: 'us-east-1a', changes: [{ action: 'create' }] });
    const env = { FIRECAMP_CLUSTER: 'demo', FIRECAMP_DB_TYPE: 'k8sdb' };
    const { ended } = await cli.start(['network', 'list'], env);
    const { code, stdout } = await ended;
    t.equal(code, 0);
    t.match(stdout, /^ZONE +SUBNET +CIDR +NODES +RESERVATION +RANGE +MEMBERS +FREE +WHOSE\n/);
    t.match(stdout, new RegExp(`^us-east-1a .* ${String(made['id'])} .* 0 +\\d+ +this cluster$`, 'm'));
    t.match(stdout, /^us-east-1b .*<none>$/m);
  });

  t.test('delete without a terminal and without --yes deletes nothing', async (t) => {
    const { subnets } = (await cli.json(t, ['network', 'list', ...settings])) as {
      subnets: { reservations: { id: string }[] }[];
    };
    const id = subnets[0]?.reservations[0]?.id ?? '';
    const refused = await cli.run(['network', 'delete', id, ...settings]);
    t.match(refused, {
      code: 2,
      stdout: '',
      stderr: /Give back the reservation scr-.*delete +reservation.*FC-CLI-001/s,
    });
    t.equal(await reservations(), 1);
    const done = await cli.run(['network', 'delete', id, ...settings, '--yes']);
    t.match(done, { code: 0, stdout: /delete +reservation +scr-/ });
    t.equal(await reservations(), 0);
    t.match(
      await cli.run(['network', 'delete', id, ...settings]),
      { code: 0, stdout: /keep/ },
      'repeated, nothing is asked',
    );
  });

  t.test('at a terminal delete asks, and heeds the answer', async (t) => {
    const { id } = await cli.json(t, create);
    for (const [answer, code, left] of [
      ['no', 2, 1],
      ['yes', 0, 0],
    ] as const) {
      const child = await spawnInTerminal(cli, ['network', 'delete', String(id), ...settings, '-n', world.namespace]);
      let seen = '';
      child.stdout.on('data', (chunk) => {
        seen += String(chunk);
        if (/Type yes to go on: $/.test(seen)) child.stdin.write(`${answer}\n`);
      });
      const [exitCode] = await once(child, 'close');
      t.equal(exitCode, code, seen);
      t.equal(await reservations(), left);
    }
  });
});
