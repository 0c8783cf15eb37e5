import { tableName } from '../../common/store/clouddb/item-layout.ts';
import { clusterName, runTag, zoneName } from './marks.ts';
import type { Place } from './place.ts';
import type { RunOptions } from './run-options.ts';

/** What a run will make, change and cost, before it makes anything. */
export function planLines(subnet: Place['subnet'], { runId, parts, guest }: RunOptions): string[] {
  const made = {
    addresses: [
      `two network interfaces in ${subnet.id} (${subnet.cidr}, ${subnet.vpcId}), attached to nothing, with addresses that EC2 picks`,
      `a gp3 volume of 1 GiB in ${subnet.zone}, and for a moment a reservation of sixteen free addresses of the subnet`,
    ],
    names: [`the private hosted zones ${zoneName(runId)} and once.${zoneName(runId)}, seen by ${subnet.vpcId}`],
    claims: [`two more network interfaces, and records in ${tableName(clusterName(runId))}`],
    records: [`the DynamoDB table ${tableName(clusterName(runId))}, paid by the request`],
  };
  const visit = `It moves an address that EC2 picks to ${guest?.id} of this instance, and away again, many times.`;
  const run =
    'It runs firecamp-initcontainer and firecamp-stopcontainer as root on this host, which put that address on an interface of it.';
  return [
    `Run ${runId} makes, with the tag ${runTag}=${runId} where AWS has tags:`,
    ...parts.flatMap((part) => made[part]).map((line) => `  - ${line}`),
    ...(guest === undefined ? [] : [visit]),
    ...(parts.includes('claims') ? [run] : []),
    'At its end, after a failure and after Ctrl-C it takes all of this away. If it is killed:',
    `  npm run acceptance -- --clean ${runId}`,
    'It costs less than a cent: a hosted zone that is deleted within twelve hours is free (Route 53 pricing), the rest is there for minutes.',
  ];
}
