import t from 'tap';
import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { collectReport } from '../../../orchestrator/report/collect-report.ts';
import { getServiceStatus } from '../../../orchestrator/status/get-service-status.ts';
import { listServices } from '../../../orchestrator/status/list-services.ts';
import { trace } from '../../../orchestrator/status/trace.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { redisIn } from '../creation/sample-definition.ts';
import { addFleet, apiOnly, orchestratorWorld } from '../world.ts';

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);

  await t.test(
    'says of a service that was just created that its members have no pods, and else agree',
    async (test) => {
      const world = await orchestratorWorld(test, kube);
      await addFleet(kube, world.account);
      await createService(world.operation(), redisIn(world.settings));
      const status = await getServiceStatus(world.operation(), 'redis');
      test.match(status, { recordStatus: 'ACTIVE', desired: 3, running: 0, unread: [], healthy: false });
      test.match(status.summary, /^Degraded: 3 of 3 members: it has no pod: redis-0, redis-1, redis-2$/);
      for (const { conditions, agrees } of status.members) {
        test.equal(agrees, 'True', 'nobody is the owner, by every source');
        test.strictSame(
          conditions.map(({ type, reason }) => `${type} ${reason}`),
          ['Ready PodMissing', 'PodReady PodMissing', 'AddressHeld AddressUnclaimed', 'DNSInSync InSync'],
        );
      }
      test.match(await listServices(world.operation()), [
        { name: 'redis', recordStatus: 'ACTIVE', image: 'redis:8.2' },
      ]);
      const ip = status.members[1]?.staticIp ?? '';
      test.match(await trace(world.operation(), ip), { member: { name: 'redis-1' }, unread: [] });
      const files = await collectReport(world.operation());
      test.equal(files.at(-1)?.text, 'Everything could be read.\n');
      const compared = files.find(({ path }) => path === 'services/redis/rendered-against-live.json')?.text ?? '';
      test.match(JSON.parse(compared), [{ object: 'Definition redis', action: 'none' }]);
      test.ok(
        files.every(({ text }) => !text.includes('bind ')),
        'config files are left out',
      );

      await scaleService(world.operation(), 'redis', 2, {});
      const scaled = await getServiceStatus(world.operation(), 'redis');
      test.equal(scaled.desired, 2);
      test.match(scaled.members[2], {
        name: 'redis-2',
        wanted: false,
        conditions: [],
        agrees: 'True',
        staticIp: String,
      });
      test.notMatch(scaled.summary, /redis-2|records say/);
    },
  );

  await t.test('misses neither records nor addresses of a service with TESTMODE', async (test) => {
    const world = await orchestratorWorld(test, kube);
    await createService(world.operation(), redisIn(world.settings, { testMode: true, replicas: 1 }));
    const status = await getServiceStatus(world.operation(), 'redis');
    test.equal(status.summary, 'Degraded: redis-0: it has no pod');
    test.strictSame(
      status.members[0]?.conditions.map(({ type }) => type),
      ['Ready', 'PodReady'],
    );
  });
}
