import { test } from 'tap';
import { needs } from '../../../scripts/rig/requirements.ts';
import { instanceId, node, nodeWorld } from '../nodes/node-world.ts';
import { apiOnly } from '../world.ts';
import { commandWorld } from './world.ts';

const other = 'ip-10-0-0-11.ec2.internal';

test('the node verbs', async (t) => {
  if (!(await needs(t, 'kube-apiserver'))) return;
  const world = await nodeWorld(t, await apiOnly(t));
  const cli = await commandWorld(world, t.testdir());
  const settings = ['--cluster', 'demo', '--db-type', 'k8sdb'];

  t.test('prepare with a dry run makes nothing, and then makes one for each node', async (t) => {
    const dry = await cli.run(['node', 'prepare', node, other, ...settings, '--dry-run']);
    t.match(dry, { code: 0, stdout: /^Dry run \(client\).*create +network interface +ip-10-0-0-10.*ip-10-0-0-11/s });
    t.strictSame(world.extra(), []);
    const made = await cli.json(t, ['node', 'prepare', node, other, ...settings]);
    t.match(made, { changes: [{ action: 'create', name: /^eni-/ }, { action: 'create' }] });
    t.equal(world.extra().length, 2);
    const again = await cli.run(['node', 'prepare', node, ...settings]);
    t.match(again, {
      code: 0,
      stdout: new RegExp(`keep +network interface +eni-.* device 1 of ${instanceId} in subnet-`),
    });
  });

  t.test('list shows the nodes', async (t) => {
    const { code, stdout } = await cli.run(['node', 'list', ...settings]);
    t.equal(code, 0);
    t.match(stdout, /^NODE +ZONE +INSTANCE +TYPE +INTERFACES +FOR MEMBERS +FREE +READY\n/);
    t.match(stdout, new RegExp(`^${node} +us-east-1a +${instanceId} +m5\\.large +2/3 +eni-.* +yes$`, 'm'));
  });

  t.test('--remove names what hinders it, asks, and takes the interface away', async (t) => {
    const remove = ['node', 'prepare', node, ...settings, '--remove'];
    const busy = await cli.run(remove);
    t.match(busy, { code: 5, stdout: '', stderr: /is not cordoned.*Cordon and drain the node.*\(FC-NOD-006\)/s });
    await world.changeNode(node, { spec: { unschedulable: true } });
    t.match(await cli.run(remove), { code: 2, stderr: /Take the interfaces for members off ip-.*FC-CLI-001/s });
    t.equal(world.extra().length, 2);
    t.match(await cli.run([...remove, '--subnet', 'subnet-1']), { code: 2, stderr: /goes with neither --subnet/ });
    t.match(await cli.run([...remove, '--yes']), { code: 0, stdout: /delete +network interface +eni-/ });
    t.equal(world.extra().length, 1);
  });
});
