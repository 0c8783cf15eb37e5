import { type Command, Option } from 'commander';
import { version } from '../../common/runtime/version.ts';
import schema from '../definition/service-file.schema.json' with { type: 'json' };
import type { CliIo } from './cli-io.ts';

/** `firecamp version`: of this program, of the images that it puts into pods unless told otherwise, and of the records. */
export function addVersion(program: Command, io: CliIo): void {
  program
    .command('version')
    .summary('print the versions of client, images and records')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .action(({ output }: { readonly output: 'table' | 'json' }) => {
      const versions = currentVersions();
      io.stdout(output === 'json' ? `${JSON.stringify(versions, undefined, 2)}\n` : asTable(versions));
    });
}

function currentVersions(): Readonly<Record<string, string>> {
  const { org } = schema.properties.images.properties;
  return {
    client: version,
    node: process.versions.node,
    initImage: `${org.default}/firecamp-initcontainer:${version}`,
    stopImage: `${org.default}/firecamp-stopcontainer:${version}`,
    recordFormat: 'FireCamp 2.0',
  };
}

function asTable(versions: Readonly<Record<string, string>>): string {
  const rows = [['COMPONENT', 'VERSION'], ...Object.entries(versions)];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return rows.map(([name = '', value = '']) => `${name.padEnd(width)}   ${value}\n`).join('');
}
