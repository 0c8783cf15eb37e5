import { test } from 'tap';
import { noAnswer } from '../fakes/failures.ts';
import { ip, memberName, owner, type World } from '../fakes/world.ts';
import { rejectionOf } from '../rejection.ts';
import { release, settledOnA } from './release-run.ts';

const told = ({ a }: World) => a.events.told.map(({ action, reason, note }) => `${action} ${reason}: ${note}`);

test('a release is told once, with what is left in EC2', async (t) => {
  const detached = await settledOnA();
  await release(detached);
  t.strictSame(told(detached), [
    `ReleaseStaticIP StaticIPReleased: ${ip} was released: it is off this host, and is off its interface in EC2.`,
  ]);
  const kept = await settledOnA();
  await release(kept, { env: { DETACH_POLICY: 'keep' } });
  t.match(told(kept), [/StaticIPReleased: .* stays on its interface in EC2 \(DETACH_POLICY=keep\)\.$/]);
});

test('an address that is kept is told with the reason, and nothing of a member without one', async (t) => {
  const living = await settledOnA();
  living.pods.put(memberName, living.pod(1, { phase: 'Running' }));
  await release(living);
  t.match(told(living), [new RegExp(`StaticIPKept: ${ip} was not released: the pod lives on`)]);

  const without = await settledOnA();
  without.a.files.staticIp = { kind: 'missing' };
  without.a.files.claim = undefined;
  without.pods.put(memberName, without.pod(1, { phase: 'Running' }));
  await release(without);
  t.strictSame(told(without), []);

  const another = await settledOnA(owner(2, 4, 'owned'));
  await release(another);
  t.match(told(another), [/StaticIPKept: .*another pod’s/]);
});

test('a release without a definite answer is told as incomplete, and so is one that fails', async (t) => {
  const silent = await settledOnA();
  silent.script.next('ec2.unassign', { fails: noAnswer });
  t.match(await release(silent), { kind: 'incomplete' });
  t.match(told(silent), [/^ReleaseStaticIP ReleaseIncomplete: FC-REL-001: .*10\.0\.1\.21.* the next claim .*$/]);

  const late = await settledOnA();
  late.script.next('store.get.staticIp', { takesMs: 1_000_000 });
  await rejectionOf(release(late));
  t.match(told(late), [/^ReleaseStaticIP ReleaseIncomplete: FC-CLM-006: /]);
});
