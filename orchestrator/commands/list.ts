import type { Command } from 'commander';
import { listServices } from '../status/list-services.ts';
import type { ServiceSummary } from '../status/service-status.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { age } from './output/age.ts';
import { printResult } from './output/print.ts';
import { nothing, textTable, unknown } from './output/table.ts';
import { SettingsMissingError } from './settings/find-settings.ts';
import { withSession } from './with-session.ts';

type Options = ClusterOptions & { readonly output: OutputFormat; readonly allNamespaces: boolean };

/** `firecamp list`: the services of a namespace, or of all. */
export function addList(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('list')), ['table', 'wide', 'json', 'yaml'])
    .summary('list the services')
    .description('Lists the services of a namespace, or with -A of all namespaces.')
    .option('-A, --all-namespaces', 'services of all namespaces', false)
    .action(async (options: Options) => {
      const { allNamespaces, output } = options;
      const services = await found(cli, options);
      if (services.length === 0 && output !== 'json' && output !== 'yaml') cli.say('no services');
      else printResult(cli, output, { services }, (wide) => listTable(services, wide, allNamespaces));
    });
}

/** Where no service is and nobody says which records to read, there is nothing to list. */
async function found(cli: Cli, options: Options): Promise<readonly ServiceSummary[]> {
  const { allNamespaces } = options;
  try {
    return await withSession(cli, options, { allNamespaces }, ({ operation }) =>
      listServices(operation({ signal: cli.signal }), { allNamespaces }),
    );
  } catch (error) {
    if (!(error instanceof SettingsMissingError) || error.services > 0) throw error;
    cli.say('Kubernetes knows no service here; with --cluster and --db-type the records are read, too');
    return [];
  }
}

function stateOf({ stoppedFrom, recordStatus, type }: ServiceSummary): string {
  if (stoppedFrom !== undefined && (recordStatus ?? 'ACTIVE') === 'ACTIVE') return 'STOPPED';
  return recordStatus ?? (type === 'stateless' ? nothing : unknown);
}

/** The columns of `list`; wide adds cluster, type and image. */
function listTable(services: readonly ServiceSummary[], wide: boolean, withNamespace: boolean): string {
  const head = ['NAME', 'READY', 'STATUS', 'AGE', ...(wide ? ['CLUSTER', 'TYPE', 'IMAGE'] : [])];
  const rows = services.map((one) => [
    one.name,
    `${one.running}/${one.desired}`,
    stateOf(one),
    age(one.createdAt, Date.now()),
    ...(wide ? [one.cluster, one.type, one.image ?? nothing] : []),
  ]);
  if (!withNamespace) return textTable(head, rows);
  return textTable(
    ['NAMESPACE', ...head],
    rows.map((row, index) => [services[index]?.namespace ?? '', ...row]),
  );
}
