import { FirecampError } from '../../../common/domain/errors.ts';
import { retryTransient } from '../../../common/runtime/retry.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { version } from '../../../common/runtime/version.ts';
import type { OrchestratorSettings } from '../../operation.ts';
import type { Cli, Connection } from '../cli.ts';
import type { ClusterOptions } from '../input/cluster-options.ts';
import { type KnownService, knownService, knownServices } from './service-objects.ts';

/** A person waits. */
const lookUp = { firstDelayMs: 200, maxDelayMs: 1000, totalMs: 3000 };

/** What the orchestrator is opened with. */
export interface FoundSettings {
  readonly settings: OrchestratorSettings;
  /** That of the services; the environment's without. */
  readonly region: string | undefined;
}

/** Neither flags nor objects nor the environment say all that is needed. */
export class SettingsMissingError extends FirecampError {
  /** How many services there are where it was looked. */
  readonly services: number;

  constructor(message: string, services: number) {
    super('FC-CFG-001', message);
    this.services = services;
  }
}

/** Where to look. */
export interface LookUp {
  readonly service?: string | undefined;
  readonly allNamespaces?: boolean;
}

/**
 * FireCamp's cluster and where its records are: what the flags say, else what the service's objects in Kubernetes say, else
 * FIRECAMP_CLUSTER and FIRECAMP_DB_TYPE. Without a service, the services of the namespace (or of all) are asked, which have to be of one
 * mind. Kubernetes is asked only for what the flags leave open.
 *
 * @throws SettingsMissingError FC-CFG-001, which says all that is missing
 */
export async function findSettings(
  cli: Pick<Cli, 'env' | 'signal'>,
  connection: Pick<Connection, 'kube' | 'namespace'>,
  options: Pick<ClusterOptions, 'cluster' | 'dbType'>,
  where: LookUp = {},
): Promise<FoundSettings> {
  const { namespace } = connection;
  const complete = options.cluster !== undefined && options.dbType !== undefined;
  const all = complete ? [] : await lookedUp(cli, connection, where);
  const known = all.filter((one) => options.cluster === undefined || one.cluster === options.cluster);
  const cluster = options.cluster ?? oneOf(known, 'cluster') ?? (cli.env['FIRECAMP_CLUSTER'] || undefined);
  const dbType = options.dbType ?? oneOf(known, 'dbType') ?? dbTypeOf(cli.env['FIRECAMP_DB_TYPE']);
  if (cluster !== undefined && dbType !== undefined) {
    return { settings: { cluster, dbType, namespace, release: version }, region: oneOf(known, 'region') };
  }
  const missing = [
    ...(cluster === undefined ? ['its cluster (--cluster or FIRECAMP_CLUSTER)'] : []),
    ...(dbType === undefined ? ['where its records are (--db-type or FIRECAMP_DB_TYPE: clouddb or k8sdb)'] : []),
  ];
  const place = where.allNamespaces ? 'The cluster' : `Namespace ${namespace}`;
  const why = where.service === undefined ? severalOrNone(known) : `no service ${where.service}`;
  const message = `${place} has ${why} that would tell FireCamp’s settings. Needed is ${missing.join(' and ')}.`;
  throw new SettingsMissingError(message, known.length);
}

async function lookedUp(
  { signal }: Pick<Cli, 'signal'>,
  { kube, namespace }: Pick<Connection, 'kube' | 'namespace'>,
  { service, allNamespaces = false }: LookUp,
): Promise<readonly KnownService[]> {
  const context = { clock: systemClock, signal, random: Math.random };
  return await retryTransient(
    async () => {
      if (service === undefined) return await knownServices(kube, allNamespaces ? undefined : namespace, { signal });
      const known = await knownService(kube, namespace, service, { signal });
      return known === undefined ? [] : [known];
    },
    lookUp,
    context,
  );
}

/** What all that say anything say. */
function oneOf<K extends 'cluster' | 'dbType' | 'region'>(known: readonly KnownService[], what: K): KnownService[K] {
  const values = new Set(known.map((service) => service[what]).filter((value) => value !== undefined));
  return values.size === 1 ? [...values][0] : undefined;
}

function dbTypeOf(given: string | undefined): 'clouddb' | 'k8sdb' | undefined {
  if (given === undefined || given === '') return undefined;
  if (given === 'clouddb' || given === 'k8sdb') return given;
  throw new FirecampError('FC-CFG-001', `FIRECAMP_DB_TYPE is ${given}: needed is clouddb or k8sdb.`);
}

function severalOrNone(known: readonly KnownService[]): string {
  const clusters = [...new Set(known.flatMap(({ cluster }) => cluster ?? []))].sort();
  return clusters.length > 1
    ? `services of several clusters (${clusters.join(', ')}), none of them alone`
    : 'no service';
}
