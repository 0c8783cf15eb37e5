import { parseArgs } from 'node:util';
import type { DbType } from './orchestrator/bench-world.ts';

/** What is to be measured. */
export interface BenchOptions {
  readonly suite: 'orchestrator';
  readonly members: readonly number[];
  readonly dbTypes: readonly DbType[];
  /** Whether EC2 and Route 53 refuse what is beyond their published request rates. */
  readonly limits: boolean;
  /** File for the numbers as JSON. */
  readonly json: string | undefined;
}

/** How the benchmark is called. */
export const usage = `usage: npm run bench -- orchestrator [--members 3,300] [--db k8sdb,clouddb] [--limits] [--json FILE]

Runs the life of a service on a real control plane with kwok's nodes and the simulated AWS account, and prints how often each operation of
EC2, Route 53, DynamoDB and the API server is called, beside the least number that it could be.

  --members LIST  sizes of the service, default 3,300; 300 take some minutes
  --db LIST       where the records are: k8sdb, clouddb or both (default)
  --limits        EC2 and Route 53 refuse what is beyond their published request rates: slower, and with the calls that are sent again
  --json FILE     writes all numbers to FILE, too
`;

/** The arguments cannot be used; the message has every fault. */
export class BenchUsageError extends Error {}

/** @returns undefined when help is asked for. @throws BenchUsageError */
export function benchOptions(args: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const faults: string[] = [];
  const [suite, ...more] = positionals;
  if (suite !== 'orchestrator' || more.length > 0) {
    faults.push(`one suite must be named, orchestrator, not ${positionals.join(' ') || 'none'}`);
  }
  const members = values.members.split(',').map(Number);
  if (!members.every((count) => Number.isInteger(count) && count >= 1 && count <= 900)) {
    faults.push(`--members ${values.members}: numbers from 1 to 900, with commas between them`);
  }
  const dbTypes = values.db.split(',').filter(isDbType);
  if (dbTypes.length !== values.db.split(',').length) faults.push(`--db ${values.db}: k8sdb, clouddb, or both`);
  if (faults.length > 0) throw new BenchUsageError(faults.join('\n'));
  return { suite: 'orchestrator', members, dbTypes, limits: values.limits, json: values.json };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        members: { type: 'string', default: '3,300' },
        db: { type: 'string', default: 'k8sdb,clouddb' },
        limits: { type: 'boolean', default: false },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
}

function isDbType(text: string): text is DbType {
  return text === 'k8sdb' || text === 'clouddb';
}
