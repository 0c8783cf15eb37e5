import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { Progress } from '../operation.ts';
import type { Cli, Connection, Session } from './cli.ts';
import type { ClusterOptions } from './input/cluster-options.ts';
import type { OutputFormat } from './input/common-options.ts';
import { showProgress } from './progress/show-progress.ts';
import { type FoundSettings, findSettings, type LookUp } from './settings/find-settings.ts';

/** What a verb's work is given. */
export interface Work extends Session {
  readonly connection: Connection;
  /** That of the services; the environment's without. */
  readonly region: string | undefined;
}

/** Connects, finds the settings (`where` is a service's name, or where to look),  does the work, and closes what was opened. */
export async function withSession<T>(
  cli: Cli,
  options: ClusterOptions,
  where: string | LookUp,
  work: (session: Work) => Promise<T>,
): Promise<T> {
  using connection = await cli.connect(options);
  const lookUp = typeof where === 'string' ? { service: where } : where;
  return await worked(connection, await findSettings(cli, connection, options, lookUp), work);
}

/** As `withSession`, with the settings of a service file. */
export async function withFileSession<T>(
  cli: Cli,
  options: Omit<ClusterOptions, 'namespace' | 'cluster' | 'dbType'>,
  { namespace, cluster, dbType, images, region }: ServiceDefinition,
  work: (session: Work) => Promise<T>,
): Promise<T> {
  using connection = await cli.connect({ ...options, namespace });
  return await worked(connection, { settings: { cluster, namespace, dbType, release: images.release }, region }, work);
}

async function worked<T>(
  connection: Connection,
  { settings, region }: FoundSettings,
  work: (session: Work) => Promise<T>,
): Promise<T> {
  return await work(Object.assign(connection.open(settings, region), { connection, region }));
}

/** Runs something long and shows how far it is on stderr. */
export async function withProgress<T>(
  cli: Cli,
  output: OutputFormat,
  run: (told: { readonly signal: AbortSignal; readonly progress: Progress }) => Promise<T>,
): Promise<T> {
  using shown = showProgress(cli, output);
  return await run({ signal: cli.signal, progress: shown.progress });
}
