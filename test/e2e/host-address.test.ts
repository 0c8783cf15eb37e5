import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressOwner } from '../../common/domain/records.ts';
import { beginWithMembers, nodes } from './harness/members-world.ts';
import type { TestService } from './harness/service.ts';

const begun = await beginWithMembers('the address on the host while its member lives');
if (begun) {
  const { t, world, createService, TestPod, brisk, endMember, startMember, startStopContainer, keepsAddress } = begun;
  const { standingOf, addressOn, rulesOf, eventually, lastWords } = begun;
  const run = (node: string, ...argv: string[]) => world.fabric.run(node, argv, { PATH: process.env['PATH'] });
  // Some tests here mind how long something takes: less at a time than elsewhere.
  t.jobs = 2;
  const linkOf = { 'node-1': 'ens5', 'node-4': 'ens6', 'node-5': 'ens6' };

  /**
   * A member whose stop container began after the claim: one that waits beside the claim sees the address missing until the claim is done, and
   * the guard that it starts then may still be under way when the test begins.
   */
  async function settledMember(service: TestService, instanceId: string) {
    const pod = await TestPod.create(world, service, 0, instanceId);
    const claimed = await pod.claim({ env: brisk });
    if (claimed.code !== 0) throw new Error(claimed.stderr);
    const stop = await startStopContainer(pod);
    await keepsAddress(pod);
    return { pod, stop };
  }

  for (const instanceId of [nodes.plain, nodes.twoInterfaces, nodes.cni]) {
    t.test(
      `an address taken off the host of ${instanceId} is back within ten seconds`,
      { buffered: true },
      async (t) => {
        const service = await createService(world);
        const { pod, stop } = await settledMember(service, instanceId);
        const before = await standingOf(world, service, [pod.node]);
        const rules = await rulesOf(world, service, pod.node);
        const takes = [
          ['address', 'del', `${service.addresses[0]}/32`, 'dev', linkOf[pod.node as keyof typeof linkOf]],
          ['address', 'flush', 'to', `${service.addresses[0]}/32`],
        ];
        const again = () => said(stop, `${service.addresses[0]} is on the host again`);
        const lost = () => said(stop, `${service.addresses[0]} is not on the host any more`);
        for (const take of takes) {
          const seen = { again: again(), lost: lost() };
          const taken = await run(pod.node, 'ip', '-4', ...take);
          t.equal(taken.code, 0, taken.stderr);
          await eventually('the waiting process finds it back', () => again() > seen.again, 10_000);
          t.equal(lost(), seen.lost + 1, 'its loss is reported');
          t.equal((await addressOn(world, pod.node, service)).length, 1);
        }
        t.same(await standingOf(world, service, [pod.node]), before, 'record and EC2 were not touched');
        t.same(await rulesOf(world, service, pod.node), rules, 'its routing is there');
        t.equal((await endMember(pod, stop)).code, 0, 'and it is released as ever');
        t.match(await standingOf(world, service, [pod.node]), { owner: { state: 'released' }, hosts: [] });
      },
    );
  }

  t.test('an address that is taken off with its routing gets both back', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await settledMember(service, nodes.twoInterfaces);
    const rules = await rulesOf(world, service, pod.node);
    t.equal(rules.length, 1);
    const seen = said(stop, `${service.addresses[0]} is on the host again`);
    await run(pod.node, 'ip', '-4', 'rule', 'del', 'from', service.addresses[0] ?? '');
    await run(pod.node, 'ip', '-4', 'address', 'flush', 'to', `${service.addresses[0]}/32`);
    await eventually(
      'the waiting process finds it back',
      () => said(stop, `${service.addresses[0]} is on the host again`) > seen,
    );
    t.same(await rulesOf(world, service, pod.node), rules);
    t.equal((await addressOn(world, pod.node, service)).length, 1);
    stop.kill('SIGKILL');
  });

  t.test('an address that a newer pod has elsewhere is reported and not put back', { buffered: true }, async (t) => {
    const service = await createService(world);
    const { pod, stop } = await startMember(world, service, nodes.plain);
    await pod.remove();
    const next = await TestPod.create(world, service, 0, nodes.other);
    t.equal((await next.claim()).code, 0);
    const before = await standingOf(world, service, ['node-2']);
    await run('node-1', 'ip', '-4', 'address', 'flush', 'to', `${service.addresses[0]}/32`);
    await eventually(
      'the refusal is reported',
      () => said(stop, `${service.addresses[0]} is not to be put back on this host`) > 0,
    );
    const refused = stop.log().find((line) => line['code'] === 'FC-CLM-001');
    t.match(refused, { exitCode: 5, winnerPod: next.uid, winnerInstance: nodes.other });
    const byHand = await pod.start('stopcontainer', { args: ['--guard'] }).ended;
    t.equal(byHand.code, 5, byHand.stderr);
    t.match(await lastWords(pod), /^FC-CLM-001 /);
    await sleep(3000);
    t.same(await addressOn(world, 'node-1', service), [], 'it stays off the first host');
    t.same(await standingOf(world, service, ['node-2']), before);
    stop.kill('SIGTERM');
    t.equal((await stop.ended).code, 0);
    t.same(await standingOf(world, service), before, 'the end of the first touches nothing of the second');
  });

  const others: Readonly<Record<string, (mine: AddressOwner) => AddressOwner>> = {
    'a later claim of the same pod': (mine) => ({ ...mine, epoch: 2 }),
    'another pod on this very node': (mine) => ({ ...mine, podUid: '11111111-2222-3333-4444-555555555555' }),
  };
  for (const [title, change] of Object.entries(others)) {
    t.test(`the guard puts nothing back that is recorded for ${title}`, { buffered: true }, async (t) => {
      const service = await createService(world);
      const pod = await TestPod.create(world, service, 0, nodes.plain);
      t.equal((await pod.claim()).code, 0);
      const { signal } = new AbortController();
      const current = await service.store.get('staticIp', { ip: service.addresses[0] ?? '' }, { signal });
      const { owner } = current.record;
      if (owner === undefined) throw new Error('The claim left no owner.');
      await service.store.update('staticIp', current, { ...current.record, owner: change(owner) }, { signal });
      await run(pod.node, 'ip', '-4', 'address', 'flush', 'to', `${service.addresses[0]}/32`);
      const args = ['--guard', '--claim-epoch=1', `--claim-pod-uid=${pod.uid}`];
      const guard = await pod.start('stopcontainer', { args }).ended;
      t.equal(guard.code, 5, guard.stderr);
      t.match(await lastWords(pod), /^FC-CLM-001 /);
      t.same(await addressOn(world, pod.node, service), []);
    });
  }

  t.test(
    'the guard puts nothing back while the record says that a release is under way',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      stop.kill('SIGKILL');
      await pod.markDeleted(2);
      t.equal((await pod.start('stopcontainer', { args: ['--once'] }).ended).code, 3, 'cut off before EC2 was asked');
      const guard = await pod.start('stopcontainer', { args: ['--guard'] }).ended;
      t.equal(guard.code, 3, guard.stderr);
      t.match(await standingOf(world, service), { owner: { state: 'releasing' }, hosts: [] });
    },
  );

  t.test(
    'the waiting process stays under 2 MiB, renews the lifetime and keeps its readiness fresh',
    { buffered: true },
    async (t) => {
      const service = await createService(world);
      const { pod, stop } = await startMember(world, service, nodes.plain);
      let least = Number.POSITIVE_INFINITY;
      const until = Date.now() + 13_000;
      while (Date.now() < until) {
        const [address] = await addressOn(world, pod.node, service);
        least = Math.min(least, address?.valid_life_time ?? 0);
        await sleep(400);
      }
      t.ok(least >= 5, `at least ${least} of its 10 s were left at every look, for longer than these`);
      const age = Date.now() - (await stat(join(pod.runDir, 'ready'))).mtimeMs;
      t.ok(age < 5000, `readiness said ${age} ms ago, at an interval of one second`);
      const status = await readFile(`/proc/${stop.child.pid}/status`, 'utf8');
      t.match(status, /^Name:\s+firecamp-stop/, 'it is the waiting process itself');
      const rss = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
      t.ok(rss > 0 && rss <= 2048, `${rss} KiB`);
      stop.kill('SIGKILL');
    },
  );

  t.test('readiness goes with the address, so that a probe sees the loss', { buffered: true }, async (t) => {
    const service = await createService(world);
    await using way = await begun.openWay(world, nodes.plain);
    const { pod, stop } = await startMember(world, service, nodes.plain, { env: { ...way.env, ...brisk } });
    // The guard cannot learn whether the address is still ours, and "unknown" puts nothing back.
    way.set('store', 'silent');
    await run(pod.node, 'ip', '-4', 'address', 'flush', 'to', `${service.addresses[0]}/32`);
    await eventually('it is not ready', () =>
      stat(join(pod.runDir, 'ready')).then(
        () => false,
        () => true,
      ),
    );
    await sleep(2000);
    t.same(await addressOn(world, pod.node, service), []);
    way.set('store', 'open');
    await eventually(
      'the guard has it back',
      async () => (await addressOn(world, pod.node, service)).length === 1,
      30_000,
    );
    await begun.keepsAddress(pod);
    stop.kill('SIGKILL');
  });
}

/** How often the log has this message. */
function said(stop: { log(): readonly Record<string, unknown>[] }, message: string): number {
  return stop.log().filter((line) => line['msg'] === message).length;
}
