import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Test } from 'tap';
import { addressCases } from './ec2-address-cases.ts';
import { resourceCases } from './ec2-resource-cases.ts';

/** A place to run one case in: an account with nothing in its way. */
export interface Ec2Place {
  readonly client: EC2Client;
  readonly vpcId: string;
  /** 10.0.1.0/24, with three free slots at least on each interface and nothing else in it */
  readonly subnetId: string;
  /** two interfaces of the subnet, each the primary one of a running m5.large */
  readonly nodes: readonly [Ec2Node, Ec2Node];
}

export interface Ec2Node {
  readonly interfaceId: string;
  readonly instanceId: string;
  readonly primaryIp: string;
}

/** One thing that the documentation promises. */
export interface Ec2Case {
  readonly title: string;
  readonly run: (t: Test, place: Ec2Place) => Promise<void>;
}

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
