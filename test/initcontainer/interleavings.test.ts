import fc from 'fast-check';
import { test } from 'tap';
import { requestTimeoutMs } from '../../common/address/no-late-requests.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberPorts } from '../../common/ports/member-ports.ts';
import { noAnswer, throttled } from '../fakes/failures.ts';
import { FakeFiles } from '../fakes/fake-files.ts';
import type { Step } from '../fakes/script.ts';
import { createdAt, ip, memberName, uid, World, type WorldNode } from '../fakes/world.ts';
import { release } from '../stopcontainer/release-run.ts';
import { startClaim } from './claim-run.ts';

const forever = { signal: new AbortController().signal };

/** One pod of the member's history. */
interface Life {
  readonly node: 'a' | 'b' | 'c';
  /** Milliseconds after its predecessor's start. */
  readonly afterMs: number;
  /** When SIGTERM comes, after its own start; the pod that lives last gets none. */
  readonly termMs: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  node: fc.constantFrom('a', 'b', 'c'),
  afterMs: fc.integer({ min: 0, max: 6000 }),
  termMs: fc.integer({ min: 0, max: 12_000 }),
});

/** What goes wrong at a call: it takes long before it is sent or after, its answer is lost, or it is refused for now. */
const slow: fc.Arbitrary<Step> = fc.record({
  takesMs: fc.integer({ min: 0, max: 7000 }),
  // Less than the timeout of a request: its sender still waits for the answer.
  wireMs: fc.integer({ min: 0, max: requestTimeoutMs - 1 }),
});
const failing = fc.constantFrom<Step>({ fails: noAnswer }, { fails: noAnswer, effect: 'done' }, { fails: throttled });
const upTo6 = (step: fc.Arbitrary<Step>) => fc.array(step, { maxLength: 6 });
const troubles = fc.record({
  'store.get.staticIp': upTo6(fc.oneof(slow, failing)),
  'store.update': upTo6(fc.oneof(slow, failing)),
  'ec2.assign': upTo6(fc.oneof(slow, failing)),
  'ec2.unassign': upTo6(fc.oneof(slow, failing)),
  // EC2's adapter tries reads again by itself.
  'ec2.findHolder': upTo6(slow),
  'ec2.describe': upTo6(slow),
  'host.attach': upTo6(slow),
  'pods.get': upTo6(slow),
});

/** A pod from its start to its end, or to the settled claim of the one that lives last. Kubelet runs a failed init container again. */
async function live(world: History, node: WorldNode, pod: number, one: Life, last: boolean): Promise<void> {
  const files = new FakeFiles(world.script);
  const ports: MemberPorts = { ...node.ports, files };
  const own = { ...node, files, ports };
  let ended = false;
  let end = (): void => undefined;
  if (!last) {
    world.clock.after(one.termMs, () => {
      ended = true;
      end();
    });
  }
  for (let run = 0; run < 30 && !ended; run++) {
    const claim = startClaim(world, own, pod);
    end = claim.interrupt;
    const failure = await claim.done.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) break;
    if (!(failure instanceof FirecampError) || failure.code === 'FC-INT-001') throw failure;
    await world.clock.sleep(1000, forever);
  }
  if (last) return;
  const { claim } = files;
  const remembered =
    claim !== undefined && 'epoch' in claim ? [`-claim-epoch=${claim.epoch}`, `-claim-pod-uid=${uid(pod)}`] : [];
  if (!ended) await world.clock.sleep(one.termMs, forever);
  // Its pod is over when it has a successor; until then a signal releases nothing.
  while (world.newest === pod) await world.clock.sleep(500, forever);
  // One that cannot tell or cannot get through leaves the address on its host, where the kernel removes it minutes later.
  const result = await release(world, { node: own, pod, argv: remembered }).catch((error: unknown) => {
    if (!(error instanceof FirecampError) || error.code === 'FC-INT-001') throw error;
    return { kind: 'unknown' };
  });
  if (result.kind === 'unknown') world.expiring.add(node.name);
}

class History extends World {
  newest = 0;
  /** Nodes where a release ended without having been able to look. */
  readonly expiring = new Set<string>();
}

test('whatever is slow, lost or refused: an older pod never follows a newer, and record, EC2 and hosts agree in the end', async () => {
  const lives = fc.array(life, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(lives, troubles, async (pods, wrong) => {
      const world = await new History().seed();
      const nodes = { a: world.a, b: world.b, c: world.node('c', 7) };
      for (const [name, steps] of Object.entries(wrong)) world.script.next(name, ...steps);
      const running: Promise<void>[] = [];
      for (const [at, one] of pods.entries()) {
        await world.clock.sleep(one.afterMs, forever);
        world.newest = at + 1;
        world.pods.put(memberName, world.pod(at + 1));
        running.push(live(world, nodes[one.node], at + 1, one, at === pods.length - 1));
      }
      await Promise.all(running);
      assertOrdered(world);
      await assertAgreed(world, nodes, pods);
    }),
    { numRuns: 150 },
  );
});

function assertOrdered(world: World): void {
  const { owners } = world.store;
  for (const [at, next] of owners.entries()) {
    const before = owners[at - 1];
    if (before === undefined) continue;
    if (next.epoch < before.epoch) throw new Error(`epoch ${next.epoch} after ${before.epoch}`);
    if (next.podCreatedAt < before.podCreatedAt) throw new Error(`pod ${next.podUid} after ${before.podUid}`);
  }
}

async function assertAgreed(world: History, nodes: Record<string, WorldNode>, pods: readonly Life[]): Promise<void> {
  const record = await world.record();
  const last = pods.at(-1)?.node ?? 'a';
  const found = {
    owner: record.owner?.podUid,
    created: record.owner?.podCreatedAt,
    state: record.owner?.state,
    recorded: record.interfaceId,
    holder: world.ec2.holderOf(ip),
    hosts: Object.values(nodes)
      .filter((node) => node.host.addresses.has(ip) && (node.name === last || !world.expiring.has(node.name)))
      .map((node) => node.name),
    locks: Object.values(nodes).reduce((sum, node) => sum + node.lock.holders.size, 0),
  };
  const wanted = {
    owner: uid(pods.length),
    created: createdAt(pods.length),
    state: 'owned',
    recorded: `eni-${last}`,
    holder: `eni-${last}`,
    hosts: [last],
    locks: 0,
  };
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`found ${JSON.stringify(found)}\n${world.script.trace.join('\n')}`);
  }
}
