import { test } from 'tap';
import { readClaimConfig } from '../../initcontainer/config.ts';
import { printClaimPlan } from '../../initcontainer/test-mode.ts';
import { readReleaseConfig } from '../../stopcontainer/config.ts';
import { printReleasePlan } from '../../stopcontainer/test-mode.ts';
import { ip, memberEnv, memberName, owner, World } from '../fakes/world.ts';

const changing = ['store.update', 'ec2.assign', 'ec2.unassign', 'host.attach', 'host.detach', 'dns.replace', 'files.'];
const env = memberEnv(1, { TESTMODE: 'true' });

/** Everything that could change something anywhere. */
function changes(world: World): string[] {
  return world.script.trace.filter((call) => changing.some((name) => call.startsWith(name) && !call.includes('read')));
}

async function claimPlan(world: World): Promise<string> {
  const lines: string[] = [];
  await printClaimPlan(world.a.ports, readClaimConfig([], env), (line) => lines.push(line));
  assertNothingChanged(world);
  return lines.join('\n');
}

async function releasePlan(world: World): Promise<string> {
  const lines: string[] = [];
  await printReleasePlan(world.a.ports, readReleaseConfig([], env), (line) => lines.push(line));
  assertNothingChanged(world);
  return lines.join('\n');
}

function assertNothingChanged(world: World): void {
  const changed = changes(world);
  if (changed.length > 0) throw new Error(`TESTMODE changed something: ${changed.join(', ')}`);
}

test('TESTMODE says what a claim would do, and does none of it', async (t) => {
  const world = await new World().seed({ record: { interfaceId: 'eni-b', owner: owner(0, 4, 'owned') } });
  world.ec2.give('eni-b', ip);
  t.match(await claimPlan(world), `record ${ip} for this pod under epoch 5; assign it to eni-a`);

  const settled = await new World().seed({
    record: { instanceId: 'i-a', interfaceId: 'eni-a', owner: owner(1, 4, 'owned') },
  });
  settled.ec2.give('eni-a', ip);
  t.match(await claimPlan(settled), 'it is on eni-a already');
});

test('TESTMODE says that a claim would be refused, with the code', async (t) => {
  const world = await new World().seed({ record: { owner: owner(2, 4, 'owned') } });
  t.match(await claimPlan(world), 'a real claim would refuse: FC-CLM-002');
});

test('TESTMODE needs nothing that answers: it names what it did not reach, soon, and still ends', async (t) => {
  const world = new World();
  for (const name of ['pods.get', 'store.get.serviceAttr', 'host.links', 'imds.identity']) {
    world.script.next(name, { takesMs: 1_000_000 });
  }
  const claim = await claimPlan(world);
  t.match(claim, /member record +not reached: /);
  t.match(claim, 'Plan: not known without the member record.');
  t.ok(world.clock.monotonic() <= 4000);

  const other = new World();
  for (const name of ['pods.get', 'store.get.serviceAttr', 'imds.identity']) {
    other.script.next(name, { takesMs: 1_000_000 });
  }
  t.match(await releasePlan(other), 'Plan: keep everything; what decides could not be read.');
  t.ok(other.clock.monotonic() <= 4000);
});

test('TESTMODE says what a release would do now: keep for a living pod, release for one that is over', async (t) => {
  const world = await new World().seed({ record: { instanceId: 'i-a', owner: owner(1, 4, 'owned') } });
  t.match(await releasePlan(world), 'Plan: keep everything; the pod lives on.');
  world.pods.put(memberName, 'gone');
  t.match(await releasePlan(world), `Plan: release of ${ip}.`);
  await world.overwrite({ owner: owner(2, 5, 'owned') });
  t.match(await releasePlan(world), 'Plan: nothing: ');
});
