import { createHash } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import { applyJob } from '../manifests/apply-job.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { parseKubeVersion } from '../manifests/kube-version.ts';
import type { KubeVersion } from '../manifests/service-facts.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import type { Cli } from './cli.ts';
import { type ClusterOptions, withKubeOptions } from './input/cluster-options.ts';
import { readServiceInput, type ServiceInputOptions, withServiceInput } from './input/service-input.ts';
import { asList, asYamlDocuments } from './output/objects.ts';
import { withFileSession } from './with-session.ts';

interface RenderOptions extends ServiceInputOptions, Pick<ClusterOptions, 'context' | 'kubeconfig' | 'requestTimeout'> {
  readonly output: 'yaml' | 'json';
  readonly kubeVersion: KubeVersion;
  readonly records: boolean;
  readonly withJob?: 'add' | 'only';
}

/** `firecamp render`: the Kubernetes objects of a service file. Touches nothing; the same file gives the same bytes. */
export function addRender(program: Command, cli: Cli): void {
  const command = withServiceInput(program.command('render'))
    .summary('print the Kubernetes objects of a service file')
    .description(
      'Prints the Kubernetes objects of a service, for kubectl apply -f - or for GitOps. Touches nothing, and asks neither AWS nor Kubernetes unless --records is given; the same file gives the same bytes. What only the records know (addresses, volumes, the service’s UUID) is in it with --records only.',
    )
    .addOption(new Option('-o, --output <format>', 'yaml or json (a List)').choices(['yaml', 'json']).default('yaml'))
    .addOption(
      new Option('--kube-version <version>', 'version of the cluster’s API server; with --records it is asked')
        .argParser(kubeVersion)
        .default(kubeVersion('1.34'), '1.34'),
    )
    .option('--records', 'with what the records of a service that exists know: asks the cluster and AWS', false)
    .addOption(
      new Option(
        '--with-job [how]',
        'add a Job that runs firecamp apply in the cluster, which makes what is in AWS; only: print nothing else',
      )
        .choices(['add', 'only'])
        .preset('add'),
    );
  withKubeOptions(command).action(async (options: RenderOptions) => {
    const { text, service } = await readServiceInput(cli, options);
    const { withJob } = options;
    const digest = createHash('sha256').update(JSON.stringify(service)).digest('hex');
    const job = withJob === undefined ? [] : applyJob(service, { text, digest });
    const objects = withJob === 'only' ? job : [...job, ...(await objectsOf(cli, service, options))];
    cli.stdout(options.output === 'json' ? asList(objects) : asYamlDocuments(objects));
  });
}

async function objectsOf(cli: Cli, service: ServiceDefinition, options: RenderOptions): Promise<readonly KubeObject[]> {
  if (options.records) {
    return await withFileSession(cli, options, service, ({ operations }) =>
      operations.renderService(service, { signal: cli.signal }),
    );
  }
  const target = { kubeVersion: options.kubeVersion, vpcCni: 'auto', subnetLabel: undefined } as const;
  return serviceManifests(service, { serviceUuid: undefined, members: [] }, target);
}

function kubeVersion(given: string): KubeVersion {
  const parsed = parseKubeVersion(given);
  if (parsed === undefined) throw new InvalidArgumentError('Needed is a version such as 1.34.');
  return parsed;
}
