import type { Test } from 'tap';
import { beginWithMembers, nodes } from './harness/members-world.ts';
import type { TestPod } from './harness/pod.ts';
import type { TestService } from './harness/service.ts';
import { stopsOf } from './harness/stops.ts';
import type { Step, Stop } from './harness/way.ts';

const begun = await beginWithMembers('claims that are killed or ended between any two steps');
if (begun) {
  const { t, world, createService, TestPod, brisk, standingOf, openWay, startStopContainer, leftFiles } = begun;
  const { eventually } = begun;
  // One matrix after the other, each as many at a time as two processors bear.
  t.jobs = 1;
  // Nobody renews the address of a claim that runs alone. The last claim's has to outlive the one that is to vanish from the other host.
  const lasting = { ...brisk, FIRECAMP_ADDRESS_LIFETIME: '60' };
  let made = 0;

  /** A claim of a new service under way, which stands still at a step; on each of two nodes in turn, which have so many slots. */
  async function begin(stop: Stop, options: { readonly withStopContainer?: boolean } = {}) {
    made += 1;
    const instanceId = made % 2 === 0 ? nodes.plain : nodes.other;
    const service = await createService(world, { addresses: [`10.0.1.${40 + made}`] });
    const way = await openWay(world, instanceId);
    const pod = await TestPod.create(world, service, 0, instanceId);
    const waiting = options.withStopContainer === true ? await startStopContainer(pod) : undefined;
    const held = way.hold(stop);
    const claim = pod.start('initcontainer', { env: { ...brisk, ...way.env } });
    const reached = await Promise.race([held, claim.ended.then(() => undefined)]);
    return { service, way, pod, claim, waiting, reached };
  }

  /** What every claim must come to, whatever went before: the pod has the address, in the record, in EC2, and on its host alone. */
  async function holds(t: Test, service: TestService, pod: TestPod): Promise<void> {
    const standing = await standingOf(world, service);
    t.match(standing.owner, { podUid: pod.uid, state: 'owned' }, 'the record');
    t.equal(standing.holder, standing.interfaceId, 'EC2');
    t.equal(world.cloud.ec2.interface(standing.interfaceId)?.attachment?.instanceId, pod.instanceId);
    t.same(await leftFiles(pod), ['claim', 'firecamp-service-staticip'], 'the files are whole, and no other is there');
    await eventually('the address is on that host alone, once', async () => {
      const { hosts } = await standingOf(world, service);
      return hosts.length === 1 && hosts[0] === pod.node;
    });
    const sockets = await world.fabric.run(pod.node, ['cat', '/proc/net/unix'], { PATH: process.env['PATH'] });
    t.notMatch(sockets.stdout, service.addresses[0], 'nobody holds the lock');
  }

  async function learnClaim(): Promise<readonly Step[]> {
    const { claim, way } = await begin({ at: 'arrival', matches: () => false });
    await claim.ended;
    // Route 53 is asked only when the resolver does not have the name right in time: not in every run.
    return way.steps.filter((step) => step.far !== 'route53');
  }

  const steps = await fewest(learnClaim);
  const stops = stopsOf(steps);

  t.test(
    `a claim of ${steps.length} requests that is killed at any of them is run again here or elsewhere, and holds`,
    async (t) => {
      t.jobs = 4;
      t.ok(stops.length >= 20, `${stops.length} places to kill it at`);
      for (const [index, stop] of stops.entries()) {
        const places = stop.changes ? ['here', 'elsewhere'] : [index % 2 === 0 ? 'here' : 'elsewhere'];
        for (const place of places) {
          t.test(`killed at ${stop.title}, run again ${place}`, { buffered: true }, async (t) => {
            const { service, way, pod, claim, reached } = await begin(stop);
            await using _ = way;
            t.ok(reached, 'it stands there');
            claim.kill('SIGKILL');
            await claim.ended;
            if (place === 'elsewhere') await pod.remove();
            const there = pod.instanceId === nodes.plain ? nodes.other : nodes.plain;
            const last = place === 'here' ? pod : await TestPod.create(world, service, 0, there);
            const again = await last.claim({ env: lasting });
            t.equal(again.code, 0, again.stderr);
            await holds(t, service, last);
          });
        }
      }
    },
  );

  t.test('SIGTERM to both containers at any request of a claim leaves nothing behind', async (t) => {
    t.jobs = 4;
    for (const stop of stops) {
      t.test(`ended at ${stop.title}`, { buffered: true }, async (t) => {
        const { service, way, pod, claim, waiting, reached } = await begin(stop, { withStopContainer: true });
        await using _ = way;
        t.ok(reached, 'it stands there');
        await pod.markDeleted();
        claim.kill('SIGTERM');
        waiting?.kill('SIGTERM');
        reached?.goOn();
        const [claimed, ended] = await Promise.all([claim.ended, waiting?.ended]);
        // Where it had not read its pod yet when that was deleted, it may find that first.
        const isTold = claimed.log.some(({ code }) => code === 'FC-CLM-004');
        t.ok([0, 130].includes(claimed.code ?? -1) || isTold, `claim: ${claimed.code} ${claimed.stderr}`);
        t.equal(ended?.code, 0, ended?.stderr ?? '');
        const standing = await standingOf(world, service);
        t.ok([undefined, 'released'].includes(standing.owner?.state), `the record says ${standing.owner?.state}`);
        t.equal(standing.holder, undefined, 'EC2');
        t.same(standing.hosts, [], 'the hosts');
        t.same(await leftFiles(pod), [], 'the files');
        const sockets = await world.fabric.run(pod.node, ['cat', '/proc/net/unix'], { PATH: process.env['PATH'] });
        t.notMatch(sockets.stdout, service.addresses[0], 'nobody holds the lock');
      });
    }
  });

  /** A member whose pod is deleted and whose release is under way, which stands still at a step. */
  async function beginRelease(stop: Stop) {
    made += 1;
    const instanceId = made % 2 === 0 ? nodes.plain : nodes.other;
    const service = await createService(world, { addresses: [`10.0.1.${40 + made}`] });
    const way = await openWay(world, instanceId);
    const pod = await TestPod.create(world, service, 0, instanceId);
    const claimed = await pod.claim({ env: brisk });
    if (claimed.code !== 0) throw new Error(claimed.stderr);
    await pod.markDeleted();
    const held = way.hold(stop);
    const release = pod.start('stopcontainer', { args: ['--once'], env: way.env });
    const reached = await Promise.race([held, release.ended.then(() => undefined)]);
    return { service, way, pod, release, reached };
  }

  async function learnRelease(): Promise<readonly Step[]> {
    const { release, way } = await beginRelease({ at: 'arrival', matches: () => false });
    await release.ended;
    return way.steps;
  }

  const releaseSteps = await fewest(learnRelease);

  t.test(
    'a release that is killed at any of its requests is finished by the next run, or by the next claim',
    async (t) => {
      t.jobs = 4;
      const places = stopsOf(releaseSteps);
      t.ok(places.length >= 10, `${places.length} places to kill it at`);
      for (const [index, stop] of places.entries()) {
        const ways = stop.changes
          ? ['run again', 'claimed elsewhere']
          : [index % 2 === 0 ? 'run again' : 'claimed elsewhere'];
        for (const next of ways) {
          t.test(`killed at ${stop.title}, then ${next}`, { buffered: true }, async (t) => {
            const { service, way, pod, release, reached } = await beginRelease(stop);
            await using _ = way;
            t.ok(reached, 'it stands there');
            release.kill('SIGKILL');
            await release.ended;
            const { owner: left } = await standingOf(world, service);
            if (next === 'run again') {
              const again = await pod.start('stopcontainer', { args: ['--once'], env: brisk }).ended;
              t.equal(again.code, left?.state === 'releasing' ? 3 : 0, again.stderr);
              const state = left?.state === 'releasing' ? 'releasing' : 'released';
              t.match(await standingOf(world, service), { owner: { state }, holder: undefined, hosts: [] });
              t.same(await leftFiles(pod), []);
            }
            await pod.remove();
            const there = pod.instanceId === nodes.plain ? nodes.other : nodes.plain;
            const last = await TestPod.create(world, service, 0, there);
            const claimed = await last.claim({ env: lasting });
            t.equal(claimed.code, 0, claimed.stderr);
            await holds(t, service, last);
          });
        }
      }
    },
  );
}

/** The run with the fewest requests of two: on a slow moment a request is sent again. */
async function fewest(learn: () => Promise<readonly Step[]>): Promise<readonly Step[]> {
  const [one, two] = [await learn(), await learn()];
  return one.length <= two.length ? one : two;
}
