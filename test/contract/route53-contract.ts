import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import type { Test } from 'tap';
import type { Route53Candidate, Zone } from './route53-case.ts';
import { recordCases } from './route53-record-cases.ts';
import { zoneCases } from './route53-zone-cases.ts';

const cases = [...zoneCases, ...recordCases];

/**
 * What the programs need of Route 53, out of its API reference and developer guide; the same cases for every
 * implementation.
 *
 * @param lacking - titles of the cases that this implementation is known to fail; each is skipped by name, and one that
 *   is no case is a failure.
 */
export async function route53Contract(
  t: Test,
  candidate: Route53Candidate,
  lacking: readonly string[] = [],
): Promise<void> {
  t.strictSame(
    lacking.filter((title) => !cases.some((one) => one.title === title)),
    [],
    'every case left out exists',
  );
  for (const [index, { title, run }] of cases.entries()) {
    if (lacking.includes(title)) t.skip(title, () => undefined);
    else await t.test(title, async (sub) => run(sub, await openZone(candidate, index)));
  }
}

async function openZone(candidate: Route53Candidate, index: number): Promise<Zone> {
  const name = `case-${index}.example.com`;
  const input = {
    Name: name,
    CallerReference: `case-${index}`,
    HostedZoneConfig: { PrivateZone: true },
    VPC: candidate.vpc,
  };
  const { HostedZone } = await candidate.client.send(new CreateHostedZoneCommand(input));
  return { ...candidate, id: HostedZone?.Id ?? '', name };
}
