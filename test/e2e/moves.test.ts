import { startMember, watchMember } from '../../scripts/rig/network/member-traffic.ts';
import { wasEverFree } from '../cloud/ec2/address-timeline.ts';
import { beginEndToEnd } from './harness/begin.ts';
import { why } from './harness/look.ts';

const begun = await beginEndToEnd('moves of a member over all kinds of nodes');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const port = 7000;
  const [plain1, plain2, twoInterfaces, cniNode] = ['1', '2', '4', '5'].map((n) => `i-0000000000000000${n}`) as [
    string,
    string,
    string,
    string,
  ];
  const world = await World.start({
    kinds: {
      'node-5': { vpcCni: true, snatOutside: '10.0.0.0/16', down: [1] },
      'node-6': { vpcCni: true, snatOutside: '10.0.0.0/16' },
    },
  });
  t.teardown(() => world[Symbol.asyncDispose]());
  const client = await world.fabric.addClient('outside');

  t.test(
    'a TCP client reaches the member at its static IP after each move, on each kind of node, and EC2 never frees it',
    async (t) => {
      const service = await createService(world);
      const ip = service.addresses[0] ?? '';
      const watches = [watchMember(world.fabric, client.name, ip, port), watchMember(world.fabric, 'node-6', ip, port)];
      const dataDir = `${world.dir}/moving-data`;
      let holder: string | undefined;
      for (const instanceId of [plain1, plain2, twoInterfaces, cniNode, plain1]) {
        const pod = await TestPod.create(world, service, 0, instanceId, { dataDir });
        const claimed = await pod.claim();
        t.equal(claimed.code, 0, why(claimed));
        const record = await service.record(0);
        t.equal(world.cloud.ec2.holderOf(ip), record.interfaceId, 'EC2 and the record agree');
        t.match(record.owner, { podUid: pod.uid, state: 'owned' });
        t.ok((await pod.hostAddresses()).includes(ip), 'the host has the address');
        await world.settled();
        const server = await startMember(world.fabric, pod.node, ip, port);
        for (const watch of watches) await watch.answered(pod.node);
        await server.stop();
        // The node goes on living with the address on it, as one does that is cut off: the next claim takes it over.
        await pod.remove();
        holder = record.interfaceId;
      }
      t.ok(holder);
      t.notOk(wasEverFree(world.cloud.ec2.events, ip), 'no moment shows the address free while pods move it');
      for (const watch of watches) {
        const seen = await watch.stop();
        t.same(seen.nodes, ['node-1', 'node-2', 'node-4', 'node-5', 'node-1'], 'the client met each node in turn');
      }
    },
  );

  t.test('the address is never the source of other traffic of the node', async (t) => {
    const service = await createService(world);
    const ip = service.addresses[0] ?? '';
    for (const instanceId of [plain1, twoInterfaces, cniNode]) {
      const pod = await TestPod.create(world, service, 0, instanceId);
      t.equal((await pod.claim()).code, 0);
      for (const to of [client.ip, '10.0.1.12', '10.0.2.13']) {
        const { stdout } = await world.fabric.run(pod.node, ['ip', '-j', 'route', 'get', to], {
          PATH: process.env['PATH'],
        });
        const [route] = JSON.parse(stdout) as { prefsrc: string }[];
        t.not(route?.prefsrc, ip, `${pod.node} to ${to}`);
      }
      await pod.remove();
    }
  });

  t.test('a takeover takes five sequential round trips to AWS at most', async (t) => {
    const service = await createService(world);
    const first = await TestPod.create(world, service, 0, plain1);
    t.equal((await first.claim()).code, 0);
    await first.remove();
    const second = await TestPod.create(world, service, 0, plain2);
    // Slow enough that calls sent side by side cannot miss each other.
    const slow = world.cloud.faults.add({}, { kind: 'delay', beforeEffectMs: 50, afterEffectMs: 50 });
    world.cloud.calls.clear();
    t.equal((await second.claim()).code, 0);
    slow.remove();
    const chain = world.cloud.calls.longestChain().map((call) => `${call.service} ${call.operation}`);
    t.ok(chain.length <= 5, chain.join('\n'));
    t.equal(world.cloud.calls.of('ec2', 'AssignPrivateIpAddresses').length, 1);
    t.equal(world.cloud.calls.of('ec2', 'UnassignPrivateIpAddresses').length, 0);
  });

  t.test('records in ConfigMaps serve as well, and name and files follow the pod', async (t) => {
    const configs = { 'redis.conf': 'bind 10.0.1.1\n', 'member.conf': 'name=é\n' };
    const service = await createService(world, { dbType: 'k8sdb', configs });
    const pod = await TestPod.create(world, service, 0, plain1);
    t.equal((await pod.claim()).code, 0);
    t.match((await service.record(0)).owner, { podUid: pod.uid, state: 'owned', epoch: 1 });
    const again = await pod.claim();
    t.equal(again.code, 0, 'run again by the same pod');
    t.match((await service.record(0)).owner, { state: 'owned', epoch: 2 });
    t.same(
      again.log.find((line) => line['msg'] === 'claimed')?.['filesWritten'],
      [],
      'unchanged files are not written again',
    );
  });
}
