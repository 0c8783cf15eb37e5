import type { Command } from 'commander';
import schema from '../definition/service-file.schema.json' with { type: 'json' };
import type { Cli } from './cli.ts';

/** `firecamp schema`: the JSON Schema of service files, for editors. */
export function addSchema(program: Command, cli: Cli): void {
  program
    .command('schema')
    .summary('print the JSON Schema of service files')
    .description(
      'Prints the JSON Schema (2020-12) of service files, so that editors complete fields and mark faults: firecamp schema > service-file.schema.json',
    )
    .action(() => cli.stdout(`${JSON.stringify(schema, undefined, 2)}\n`));
}
