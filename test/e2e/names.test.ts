import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, lastWords, why } from './harness/look.ts';
import type { TestPod } from './harness/pod.ts';
import type { TestService } from './harness/service.ts';
import { eventually } from './harness/standing.ts';

const begun = await beginEndToEnd('names of members in DNS');
if (begun) {
  const { t, World, createService, TestPod: Pods } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const dns = world.cloud.route53;
  const [node1, node2] = ['i-00000000000000001', 'i-00000000000000002'] as const;
  const [ip1, ip2] = ['10.0.1.11', '10.0.1.12'];
  t.beforeEach(() => {
    dns.insyncMs = 500;
    world.cloud.dns.failure = 'none';
  });

  const recordName = (service: TestService) => `${service.name}-0.${service.domain}.`;
  const inZone = (service: TestService) => valuesOf(dns.records(service.hostedZoneId), service);
  const served = (service: TestService) => valuesOf(dns.served(service.hostedZoneId), service);
  function valuesOf(records: ReturnType<typeof dns.records>, service: TestService): readonly string[] {
    const found = records.find((record) => record.name === recordName(service));
    return found !== undefined && 'values' in found ? (found.values ?? []) : [];
  }

  /** Somebody else's change of the member's name. */
  function put(service: TestService, ...values: string[]): void {
    const record = { name: recordName(service), type: 'A' as const, ttl: 5, values };
    const { outcome } = dns.change(service.hostedZoneId, [{ action: 'UPSERT', record }]);
    if (!outcome.ok) throw new Error('the change was refused');
  }

  const result = (ended: Awaited<ReturnType<TestPod['claim']>>) =>
    ended.log.findLast((line) => line['msg'] === 'claimed');

  t.test(
    'the name of a member with no static IP follows it from node to node, and each claim ends only when the resolver agrees',
    async (t) => {
      const service = await createService(world, { staticIp: false });
      dns.insyncMs = 1500;
      const first = await Pods.create(world, service, 0, node1);
      const moves = world.cloud.ec2.events.length;
      for (const [node, ip] of [
        [node1, ip1],
        [node2, ip2],
      ] as const) {
        const pod = node === node1 ? first : await Pods.create(world, service, 0, node);
        const claiming = pod.start('initcontainer');
        await eventually('the record is changed', () => inZone(service)[0] === ip);
        t.notSame(served(service), [ip], 'not INSYNC yet');
        t.equal(claiming.child.exitCode, null, 'the claim waits');
        const ended = await claiming.ended;
        t.equal(ended.code, 0, why(ended));
        t.same(served(service), [ip], 'INSYNC when the claim is done');
        t.match(result(ended), { name: 'changed' });
        await pod.remove();
      }
      t.equal(world.cloud.ec2.events.length, moves, 'no address was moved');
    },
  );

  t.test('a name that is right already is not changed again, but the resolver is waited for', async (t) => {
    const service = await createService(world, { staticIp: false });
    const pod = await Pods.create(world, service, 0, node1);
    t.equal((await pod.claim()).code, 0);
    const changes = world.cloud.calls.of('route53', 'ChangeResourceRecordSets').length;
    world.cloud.dns.failure = 'servfail';
    const claiming = pod.start('initcontainer');
    await eventually('the resolver has been asked', () =>
      claiming.log().some((line) => line['msg'] === 'the resolver did not answer'),
    );
    t.equal(claiming.child.exitCode, null, 'the claim waits');
    world.cloud.dns.failure = 'none';
    const ended = await claiming.ended;
    t.equal(ended.code, 0, why(ended));
    t.match(result(ended), { name: 'agrees' });
    t.equal(world.cloud.calls.of('route53', 'ChangeResourceRecordSets').length, changes);
  });

  t.test(
    'somebody else’s change between look and change is seen, and the claim’s own is put on top of it',
    async (t) => {
      const service = await createService(world, { staticIp: false });
      put(service, '10.0.1.77');
      const pod = await Pods.create(world, service, 0, node1);
      const held = world.cloud.faults.hold({ service: 'route53', operation: 'ChangeResourceRecordSets', times: 1 });
      const claiming = pod.start('initcontainer');
      await held.reached;
      put(service, '10.0.1.78');
      held.release();
      held.remove();
      const ended = await claiming.ended;
      t.equal(ended.code, 0, why(ended));
      t.match(result(ended), { name: 'changed' });
      t.same(served(service), [ip1]);
      const sent = world.cloud.calls.of('route53', 'ChangeResourceRecordSets').slice(-2);
      t.equal(sent[0]?.status, 400, 'the first, on top of the old value, was refused');
      t.match(sent[1]?.body, '10.0.1.78', 'the second deletes what it found, and nothing else');
    },
  );

  t.test('Route 53 that throttles, fails or loses its answer for a while is asked again', async (t) => {
    const faults = [{ kind: 'throttle' }, { kind: 'server-error' }, { kind: 'lose-reply' }, { kind: 'cut' }] as const;
    for (const fault of faults) {
      const service = await createService(world, { staticIp: false });
      put(service, '10.0.1.77');
      const pod = await Pods.create(world, service, 0, node1);
      const rules = ['ChangeResourceRecordSets', /^Get|^List/].map((operation) =>
        world.cloud.faults.add({ service: 'route53', operation, times: 2 }, fault),
      );
      const ended = await pod.claim();
      for (const rule of rules) rule.remove();
      t.equal(ended.code, 0, `${fault.kind}: ${why(ended)}`);
      t.ok(
        rules.every((rule) => rule.hits > 0),
        'the faults struck',
      );
      t.same(served(service), [ip1]);
    }
  });

  t.test('a hosted zone that is not there is named, and the claim does not pass for done', async (t) => {
    const service = await createService(world, { staticIp: false });
    const signal = new AbortController().signal;
    const attr = await service.store.get('serviceAttr', { serviceUuid: service.uuid }, { signal });
    await service.store.update(
      'serviceAttr',
      attr,
      { ...attr.record, hostedZoneId: 'Z0000000000000NOSUCH' },
      { signal },
    );
    const pod = await Pods.create(world, service, 0, node1);
    const ended = await pod.claim();
    t.equal(ended.code, 3, why(ended));
    t.match(await lastWords(pod), /Z0000000000000NOSUCH/);
  });

  t.test('a static member’s right record costs no call of Route 53', async (t) => {
    const service = await createService(world);
    await eventually('the record is served', () => served(service)[0] === service.addresses[0]);
    const pod = await Pods.create(world, service, 0, node1);
    const before = world.cloud.calls.all(({ service: of }) => of === 'route53').length;
    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    t.match(result(ended), { name: 'resolved' });
    t.equal(world.cloud.calls.all(({ service: of }) => of === 'route53').length, before);
  });

  t.test('with DNS down a static member is claimed all the same, with a warning', async (t) => {
    for (const [fault, failure] of [
      ['cut', 'silent'],
      ['throttle', 'servfail'],
      ['swallow', 'silent'],
    ] as const) {
      const service = await createService(world);
      const pod = await Pods.create(world, service, 0, node1);
      world.cloud.dns.failure = failure;
      const rule = world.cloud.faults.add({ service: 'route53' }, { kind: fault });
      const ended = await pod.claim();
      rule.remove();
      world.cloud.dns.failure = 'none';
      t.equal(ended.code, 0, `${fault}: ${why(ended)}`);
      t.match(result(ended), { name: 'unsettled' });
      t.ok(ended.log.some((line) => line['level'] === 'warn' && /name of the member/.test(String(line['msg']))));
      t.match((await service.record(0)).owner, { podUid: pod.uid, state: 'owned' });
    }
  });

  t.test(
    'a policy that does not let Route 53 be changed fails a member that needs its name, and names the action',
    async (t) => {
      const denied = {
        kind: 'error',
        status: 403,
        code: 'AccessDenied',
        message: 'User: x is not authorized to perform: route53:ChangeResourceRecordSets',
      } as const;
      const service = await createService(world, { staticIp: false });
      const pod = await Pods.create(world, service, 0, node1);
      const rule = world.cloud.faults.add({ service: 'route53', operation: 'ChangeResourceRecordSets' }, denied);
      const ended = await pod.claim();
      rule.remove();
      t.equal(ended.code, 3, why(ended));
      t.equal(codeOf(ended), 'FC-AWS-001');
      t.match(await lastWords(pod), /route53:ChangeResourceRecordSets/);
    },
  );

  t.test('a service that registers no names leaves DNS alone', async (t) => {
    const service = await createService(world, { staticIp: false, registerDns: false });
    const pod = await Pods.create(world, service, 0, node1);
    const ended = await pod.claim();
    t.equal(ended.code, 0, why(ended));
    t.match(result(ended), { name: 'unregistered' });
    t.same(inZone(service), []);
  });

  // Route 53 answers with no change before an earlier one of the zone: what is never INSYNC comes last.
  t.test(
    'a static member’s wrong record is put right beside the claim, whose end does not wait for INSYNC',
    async (t) => {
      const service = await createService(world);
      put(service, '10.0.1.99');
      dns.insyncMs = 60_000;
      const pod = await Pods.create(world, service, 0, node1);
      const ended = await pod.claim();
      t.equal(ended.code, 0, why(ended));
      t.match(result(ended), { name: 'changed' });
      t.same(inZone(service), service.addresses);
    },
  );

  t.test('a change that stays PENDING ends the claim with 4 at its deadline', async (t) => {
    const service = await createService(world, { staticIp: false });
    dns.insyncMs = Number.POSITIVE_INFINITY;
    const pod = await Pods.create(world, service, 0, node1);
    const began = performance.now();
    const ended = await pod.claim({ env: { FIRECAMP_CLAIM_TIMEOUT: '5' } });
    t.equal(ended.code, 4, why(ended));
    t.match(String(codeOf(ended)), /^FC-(CLM-006|DNS-001)$/);
    t.match(await lastWords(pod), /in phase "dns"/);
    t.ok(performance.now() - began < 15_000, 'inside the deadline');
    t.same(inZone(service), [ip1]);
    t.same(served(service), []);
  });
}
