import type { Test } from 'tap';
import { addressCases } from './ec2-address-cases.ts';
import type { Ec2Case, Ec2Place } from './ec2-place.ts';
import { resourceCases } from './ec2-resource-cases.ts';

const cases: readonly Ec2Case[] = [...addressCases, ...resourceCases];

/**
 * What the programs need of EC2, out of its API reference and user guide; the same cases for every implementation.
 *
 * @param open - makes a fresh place for a case
 * @param lacking - titles of the cases that this implementation is known to fail; each is left out by name
 */
export async function ec2Contract(
  t: Test,
  open: (t: Test) => Promise<Ec2Place>,
  lacking: readonly string[] = [],
): Promise<void> {
  t.strictSame(
    lacking.filter((title) => !cases.some((one) => one.title === title)),
    [],
    'every case left out exists',
  );
  for (const { title, run } of cases) {
    if (lacking.includes(title)) continue;
    await t.test(title, async (sub) => run(sub, await open(sub)));
  }
}
