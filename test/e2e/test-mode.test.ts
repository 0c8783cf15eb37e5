import { beginEndToEnd } from './harness/begin.ts';
import { everything, why } from './harness/look.ts';

const begun = await beginEndToEnd('TESTMODE where everything can be reached');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const [node1, node2] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  const testMode = { env: { TESTMODE: 'true' } };

  /** The calls that could have changed something in AWS so far. */
  const changes = () =>
    world.cloud.calls.all(({ operation }) => /^(Assign|Unassign|Change|Create|Delete|Modify)/.test(operation)).length;

  for (const dbType of ['clouddb', 'k8sdb'] as const) {
    t.test(`the claim prints its plan with epoch and interface, and changes nothing (${dbType})`, async (t) => {
      const service = await createService(world, { dbType, configs: { 'redis.conf': 'port 6379\n' } });
      const pod = await TestPod.create(world, service, 0, node1);
      const before = await everything(world, service, pod);
      const sent = changes();
      const fresh = await pod.claim(testMode);
      t.equal(fresh.code, 0, why(fresh));
      t.match(fresh.stdout, /^ +dbType +\S+ +variable DB_TYPE$/m);
      t.match(fresh.stdout, new RegExp(`own pod +UID ${pod.uid}, created .*, Pending`));
      t.match(fresh.stdout, new RegExp(`member record +static IP ${service.addresses[0]}, zone us-east-1a`));
      t.match(fresh.stdout, /held by nobody/);
      t.match(
        fresh.stdout,
        new RegExp(
          `^Plan: record ${service.addresses[0]} for this pod under epoch 1; assign it to eni-00000000000000001;`,
          'm',
        ),
      );
      t.notMatch(fresh.stdout, 'not reached');
      t.same(await everything(world, service, pod), before);
      t.equal(changes(), sent, 'no call that changes anything was sent');
    });
  }

  t.test('the plan names the next epoch, and a refusal with its code, as the claim itself would', async (t) => {
    const service = await createService(world);
    const first = await TestPod.create(world, service, 0, node1);
    t.equal((await first.claim()).code, 0);
    const again = await first.claim(testMode);
    t.match(again.stdout, /^Plan: record \S+ for this pod under epoch 2; it is on eni-00000000000000001 already;/m);
    await first.remove();
    const second = await TestPod.create(world, service, 0, node2);
    const before = await everything(world, service, second);
    const moved = await second.claim(testMode);
    t.match(moved.stdout, /held by eni-00000000000000001$/m);
    t.match(moved.stdout, /^Plan: record \S+ for this pod under epoch 2; assign it to eni-00000000000000002;/m);
    await second.remove();
    const elsewhere = await TestPod.create(world, service, 0, 'i-00000000000000003');
    const refused = await elsewhere.claim(testMode);
    t.equal(refused.code, 0, why(refused));
    t.match(refused.stdout, /^Plan: a real claim would refuse: FC-ENI-003 /m);
    t.same({ ...(await everything(world, service, second)), files: [] }, { ...before, files: [] });
  });

  t.test('the plan without the API server says that a real claim would refuse', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node1);
    world.apiGate.set('closed');
    const ended = await pod.claim(testMode);
    world.apiGate.set('open');
    t.equal(ended.code, 0, why(ended));
    t.match(ended.stdout, /own pod +not reached: .*API server/);
    t.match(ended.stdout, /^Plan: a real claim would refuse .*FC-CLM-003/m);
  });

  t.test(
    'the release prints what it would do with a living pod, an ending one and a gone one, and does none of it',
    async (t) => {
      const service = await createService(world);
      const pod = await TestPod.create(world, service, 0, node1);
      t.equal((await pod.claim()).code, 0);
      const before = await everything(world, service, pod);
      const sent = changes();
      const release = async (args: readonly string[]) => {
        const ended = await pod.start('stopcontainer', { args, ...testMode }).ended;
        t.equal(ended.code, 0, why(ended));
        return ended.stdout;
      };
      t.match(await release([]), /^ +own pod +lives$(.|\n)*^Plan: keep everything; the pod lives on\.$/m);
      await pod.markDeleted();
      for (const args of [['--once'], []]) {
        t.match(await release(args), new RegExp(`^Plan: release of ${service.addresses[0]}\\.$`, 'm'));
      }
      await pod.remove();
      t.match(await release(['--once']), new RegExp(`^Plan: release of ${service.addresses[0]}\\.$`, 'm'));
      t.same(await everything(world, service, pod), before);
      t.equal(changes(), sent);
    },
  );

  t.test('TESTMODE with a wrong setting ends with 2 and prints no plan', async (t) => {
    const service = await createService(world);
    const pod = await TestPod.create(world, service, 0, node1);
    for (const program of ['initcontainer', 'stopcontainer'] as const) {
      const ended = await pod.start(program, { env: { TESTMODE: 'true', DB_TYPE: 'memdb' } }).ended;
      t.equal(ended.code, 2, why(ended));
      t.equal(ended.stdout, '');
    }
  });
}
