import { test } from 'tap';
import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberEvent } from '../../common/domain/member-event.ts';
import type { ClaimState } from '../../common/domain/records.ts';
import { throttled } from '../fakes/failures.ts';
import { dnsName, ip, memberName, owner, uid, World } from '../fakes/world.ts';
import { rejectionOf } from '../rejection.ts';
import { startClaim } from './claim-run.ts';

const told = ({ a }: World) => a.events.told.map(({ action, reason }: MemberEvent) => `${action} ${reason}`);
const noted = ({ a }: World, at = 0) => a.events.told[at]?.note ?? '';

test('a claim is told once, with address, interface, instance and epoch', async (t) => {
  const world = await new World().seed();
  await startClaim(world).done;
  t.strictSame(told(world), ['ClaimStaticIP StaticIPClaimed']);
  t.equal(noted(world), `${ip} was moved to eni-a of i-a, epoch 1.`);
  await startClaim(world).done;
  t.strictSame(told(world).slice(1), ['ClaimStaticIP StaticIPClaimed'], 'a later claim of the same pod');
  t.match(noted(world, 1), /was already on eni-a .*epoch 2/);
});

const states: Readonly<Record<ClaimState, string>> = {
  claiming: 'StaticIPTakenOver',
  owned: 'StaticIPTakenOver',
  releasing: 'StaticIPTakenOver',
  released: 'StaticIPClaimed',
};
for (const [state, reason] of Object.entries(states) as [ClaimState, string][]) {
  test(`an address that an older pod has left ${state} is told as ${reason}`, async (t) => {
    const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(0, 3, state) } });
    await startClaim(world).done;
    t.strictSame(told(world), [`ClaimStaticIP ${reason}`]);
    t.equal(/taken over from pod redis\/myredis-0 .*epoch 3/.test(noted(world)), reason === 'StaticIPTakenOver');
  });
}

test('a claim that another pod wins names the winner, before its intent and after it', async (t) => {
  const newer = { instanceId: 'i-b', interfaceId: 'eni-b', owner: owner(2, 9, 'owned') };
  const superseded = await new World().seed({ record: newer });
  t.match(await rejectionOf(startClaim(superseded).done), { code: 'FC-CLM-002' });
  const lost = await new World().seed();
  lost.script.next('store.update', { first: () => lost.overwrite(newer) });
  t.match(await rejectionOf(startClaim(lost).done), { code: 'FC-CLM-001' });
  for (const world of [superseded, lost]) {
    t.strictSame(told(world), ['ClaimStaticIP ClaimRaceLost']);
    t.match(noted(world), new RegExp(`^FC-CLM-00[12]: .*${uid(2)}.* on i-b, epoch 9`));
  }
});

test('a refused claim is told with its remedy, and again alike when it is run again', async (t) => {
  const world = await new World().seed();
  world.ec2.put({ ...(await strangersInterface()), addresses: ['10.0.1.77', ip] });
  for (let run = 1; run <= 3; run++) await rejectionOf(startClaim(world).done);
  t.strictSame(
    told(world),
    Array.from({ length: 3 }, () => 'ClaimStaticIP AddressHeldByStranger'),
  );
  t.match(noted(world), /^FC-ENI-001: .*eni-stranger.*tag the interface/);
  t.equal(new Set(world.a.events.told.map(({ subject }) => subject)).size, 1);
});

test('a claim that is out of time says in which phase, and one that its pod’s end interrupts says nothing', async (t) => {
  const world = await new World().seed();
  world.script.next('ec2.assign', ...Array.from({ length: 1000 }, () => ({ fails: throttled })));
  await rejectionOf(startClaim(world).done);
  t.strictSame(told(world), ['ClaimStaticIP ClaimFailed']);
  t.match(noted(world), /^FC-CLM-006: .*180 s.*"assign"/);

  const ended = await new World().seed();
  ended.script.next('ec2.assign', ...Array.from({ length: 1000 }, () => ({ fails: throttled })));
  const run = startClaim(ended);
  ended.clock.after(3000, run.interrupt);
  await rejectionOf(run.done);
  t.strictSame(told(ended), []);

  const gone = await new World().seed();
  gone.pods.put(memberName, 'gone');
  await rejectionOf(startClaim(gone).done);
  t.strictSame(told(gone), []);
});

test('the name of a static member is told where it was mended or could not be, beside the claim', async (t) => {
  const mended = await new World().seed();
  mended.names.put(dnsName, '10.0.1.99');
  await startClaim(mended).done;
  t.strictSame(told(mended).sort(), ['ClaimStaticIP StaticIPClaimed', 'UpdateDNS DNSUpdated']);
  t.match(
    mended.a.events.told.map(({ note }) => note),
    [`The A record of ${dnsName} was changed to ${ip}; it had 10.0.1.99.`, /./],
  );

  const denied = await new World().seed();
  denied.names.put(dnsName, '10.0.1.99');
  denied.script.next('dns.find', { fails: new FirecampError('FC-AWS-001', 'may not list.') });
  await startClaim(denied).done;
  t.strictSame(told(denied).sort(), ['ClaimStaticIP StaticIPClaimed', 'UpdateDNS MissingIAMPermissions']);

  const slow = await new World().seed();
  slow.script.next('resolver.resolve4', { takesMs: 60_000 });
  await startClaim(slow).done;
  t.strictSame(told(slow).sort(), ['ClaimStaticIP StaticIPClaimed', 'UpdateDNS DNSNotInSync']);
});

test('a member without a static IP is told by its name alone', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.names.put(dnsName, '10.0.1.6');
  await startClaim(world).done;
  t.strictSame(told(world), ['UpdateDNS DNSUpdated']);

  const pending = await new World().seed({ staticIp: '' });
  pending.names.put(dnsName, '10.0.1.6');
  pending.names.insyncMs = 3_600_000;
  t.match(await rejectionOf(startClaim(pending).done), { code: 'FC-CLM-006' });
  t.strictSame(told(pending), ['UpdateDNS DNSNotInSync']);
});

test('an address that was claimed is told although its files cannot be written, and so is that', async (t) => {
  const world = await new World().seed();
  world.script.next('files.writeStaticIp', { fails: new FirecampError('FC-FIL-001', 'no space.') });
  await rejectionOf(startClaim(world).done);
  t.strictSame(told(world), ['ClaimStaticIP StaticIPClaimed', 'ClaimStaticIP ClaimFailed']);
});

/** An interface of an instance that is not this cluster's. */
async function strangersInterface() {
  const { ec2 } = new World();
  const own = await ec2.describe('eni-a', { signal: new AbortController().signal });
  if (own === undefined) throw new Error('the world has no eni-a');
  return { ...own, id: 'eni-stranger', primaryIp: '10.0.1.77', instanceId: 'i-stranger', tags: {} };
}
