import type { Command } from 'commander';
import { asFirecampError } from '../../common/domain/errors.ts';
import { deadlineAfter } from '../../common/runtime/deadline.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import { version } from '../../common/runtime/version.ts';
import schema from '../definition/service-file.schema.json' with { type: 'json' };
import { type ImageInUse, imagesInUse, skewWarnings } from '../status/images-in-use.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withClusterOptions } from './input/cluster-options.ts';
import { type OutputFormat, withOutput } from './input/common-options.ts';
import { printResult } from './output/print.ts';
import { textTable, unknown } from './output/table.ts';

interface Options extends ClusterOptions {
  readonly output: OutputFormat;
  readonly client: boolean;
}

/** What a cluster runs, or why that could not be read. */
type InCluster = { readonly server: string; readonly images: readonly ImageInUse[] } | { readonly unknown: string };

/** `firecamp version`: of this program, of the images that it puts into pods unless told otherwise, of those in use, and of the records. */
export function addVersion(program: Command, cli: Cli): void {
  withOutput(withClusterOptions(program.command('version')))
    .summary('print the versions of client, images and records')
    .description(
      'Prints the versions of this program, of the images that it puts into pods, of the records, and of what runs in the cluster, as far as that can be reached. Warns when they are not of one release.',
    )
    .option('--client', 'ask no cluster', false)
    .action(async (options: Options) => {
      const versions = clientVersions();
      const cluster = options.client ? undefined : await inCluster(cli, options);
      const warnings = cluster !== undefined && 'images' in cluster ? skewWarnings(version, cluster.images) : [];
      printResult(cli, options.output, { ...versions, ...(cluster && { cluster, warnings }) }, () =>
        [
          asTable(versions, cluster),
          ...warnings.map((line, index) => `${index === 0 ? '\n' : ''}warning: ${line}\n`),
        ].join(''),
      );
    });
}

function clientVersions(): Readonly<Record<string, string>> {
  const { org } = schema.properties.images.properties;
  return {
    client: version,
    node: process.versions.node,
    initImage: `${org.default}/firecamp-initcontainer:${version}`,
    stopImage: `${org.default}/firecamp-stopcontainer:${version}`,
    recordFormat: 'FireCamp 2.0',
  };
}

/** A version must be had without a cluster: whatever hinders is told, never a failure. */
async function inCluster(cli: Cli, options: Options): Promise<InCluster> {
  using deadline = deadlineAfter(systemClock, options.requestTimeout ?? 5000, 'asking the cluster');
  const signal = AbortSignal.any([cli.signal, deadline.signal]);
  try {
    using connection = await cli.connect(options);
    const [server, images] = await Promise.all([
      connection.kube.serverVersion({ signal }),
      imagesInUse(connection.kube, options.namespace, { signal }),
    ]);
    return { server, images };
  } catch (error) {
    if (cli.signal.aborted) throw error;
    return { unknown: asFirecampError(error).message };
  }
}

function asTable(versions: Readonly<Record<string, string>>, cluster: InCluster | undefined): string {
  const found =
    cluster === undefined
      ? []
      : 'unknown' in cluster
        ? [['cluster', unknown]]
        : [
            ['kubernetes', cluster.server],
            ...cluster.images.map(({ image, services }) => [image, `used by ${services.join(', ')}`]),
          ];
  const table = textTable(['COMPONENT', 'VERSION'], [...Object.entries(versions), ...found]);
  return cluster !== undefined && 'unknown' in cluster ? `${table}\ncluster ${unknown}: ${cluster.unknown}\n` : table;
}
