/** `npm run bench -- orchestrator`: how many calls the orchestrator's operations make, beside the least number that they could. */
import { writeFileSync } from 'node:fs';
import { say } from '../rig/cache.ts';
import { type BenchOptions, BenchUsageError, benchOptions, usage } from './options.ts';
import { benchWorld } from './orchestrator/bench-world.ts';
import { type ComparedCost, compareCost } from './orchestrator/compare.ts';
import { costTable } from './orchestrator/cost-table.ts';
import { growthOf, serviceLife } from './orchestrator/scenario.ts';
import { operationNames } from './orchestrator/sizes.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = benchOptions(args);
    if (options === undefined) process.stdout.write(usage);
    else await bench(options);
    return 0;
  } catch (error) {
    if (!(error instanceof BenchUsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    return 2;
  }
}

async function bench({ members, dbTypes, limits, json }: BenchOptions): Promise<void> {
  const costs: ComparedCost[] = [];
  for (const dbType of dbTypes) {
    for (const count of members) {
      say(`a cluster for ${count} members, records in ${dbType}`);
      await using world = await benchWorld(count + growthOf(count), dbType, { limits });
      for await (const cost of serviceLife(world, count)) {
        say(`${cost.operation}: ${cost.millis} ms`);
        costs.push(compareCost(cost));
      }
    }
    for (const operation of operationNames) {
      const of = costs.filter((cost) => cost.dbType === dbType && cost.operation === operation);
      process.stdout.write(`${costTable(of).join('\n')}\n\n`);
    }
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(costs, null, 2)}\n`);
}
