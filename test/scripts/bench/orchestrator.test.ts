import { test } from 'tap';
import type { DbType } from '../../../scripts/bench/orchestrator/bench-world.ts';
import { benchWorld } from '../../../scripts/bench/orchestrator/bench-world.ts';
import { type ComparedCost, compareCost } from '../../../scripts/bench/orchestrator/compare.ts';
import { growthOf, serviceLife } from '../../../scripts/bench/orchestrator/scenario.ts';
import type { OperationName } from '../../../scripts/bench/orchestrator/sizes.ts';
import { needs } from '../../../scripts/rig/requirements.ts';

const members = 30;

/** What is asked for so often that it must be once a member, or once a volume. */
function many({ calls }: ComparedCost): Record<string, number> {
  const often = Object.entries(calls).filter(([, { count }]) => count > 12);
  return Object.fromEntries(often.map(([name, { count }]) => [name, count]));
}

const volumes = (verb: string, count: number, dryRun = '') => ({
  [`API server ${verb} persistentvolumeclaims${dryRun}`]: count,
  [`API server ${verb} persistentvolumes${dryRun}`]: count,
});

/** Of 30 members with two volumes each; whatever else grew with the members would be among it. */
const expected: Readonly<Record<OperationName, Readonly<Record<string, number>>>> = {
  create: { ...volumes('apply', 60), 'EC2 CreateVolume': 60 },
  'create again': volumes('apply', 60, ' (dry run)'),
  status: {},
  'scale up': volumes('apply', 60, ' (dry run)'),
  'scale down': volumes('apply', 60, ' (dry run)'),
  // The volumes of the three members that were scaled away, too.
  delete: { ...volumes('delete', 60), 'EC2 DeleteVolume': 66, 'EC2 UnassignPrivateIpAddresses': 30 },
};

/** Batches, each of which would be one a member if nobody put them together. */
const batched = ['DynamoDB TransactWriteItems', 'Route 53 ChangeResourceRecordSets', 'EC2 DescribeVolumes'];

test('a service’s life makes calls one by one only where there is no batch, and no more of them than it must', async (t) => {
  if (!(await needs(t, 'kube-cluster', 'kwok', 'dynamodb-local'))) return;
  const dbType: DbType = 'clouddb';
  await using world = await benchWorld(members + growthOf(members), dbType);
  for await (const cost of serviceLife(world, members)) {
    const compared = compareCost(cost);
    t.strictSame(many(compared), expected[cost.operation], cost.operation);
    for (const [name, { count, least = 0 }] of Object.entries(compared.calls)) {
      if (batched.includes(name)) t.ok(count <= least + 8, `${cost.operation}: ${name} ${count}, least ${least}`);
      // Nothing that must be done is left out: a model that promises too much would prove nothing.
      t.ok(count >= Math.min(least, 12), `${cost.operation}: ${name} ${count}, least ${least}`);
    }
  }
});
