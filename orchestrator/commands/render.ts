import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { FirecampError } from '../../common/domain/errors.ts';
import { version } from '../../common/runtime/version.ts';
import { definitionWarnings } from '../definition/definition-warnings.ts';
import { readServiceFile } from '../definition/read-service-file.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import { parseKubeVersion } from '../manifests/kube-version.ts';
import type { KubeVersion } from '../manifests/service-facts.ts';
import { serviceManifests } from '../manifests/service-manifests.ts';
import type { CliIo } from './cli-io.ts';

interface RenderOptions {
  readonly file: string;
  readonly namespace?: string;
  readonly cluster?: string;
  readonly output: 'yaml' | 'json';
  readonly kubeVersion: KubeVersion;
}

/** `firecamp render`: the Kubernetes objects of a service file. Asks nobody and touches nothing; the same file gives the same bytes. */
export function addRender(program: Command, io: CliIo): void {
  program
    .command('render')
    .summary('print the Kubernetes objects of a service file')
    .description(
      'Prints the Kubernetes objects of a service, for kubectl apply -f - or for GitOps. Asks neither AWS nor Kubernetes and touches nothing; the same file gives the same bytes. What only the records know (addresses, volumes, the service’s UUID) is not in it.',
    )
    .requiredOption('-f, --file <file>', 'the service file, - for stdin')
    .option('-n, --namespace <namespace>', 'Kubernetes namespace, in place of the file’s')
    .option('--cluster <cluster>', 'name of the FireCamp cluster, in place of the file’s')
    .addOption(new Option('-o, --output <format>', 'yaml or json (a List)').choices(['yaml', 'json']).default('yaml'))
    .addOption(
      new Option('--kube-version <version>', 'version of the cluster’s API server')
        .argParser(kubeVersion)
        .default(kubeVersion('1.34'), '1.34'),
    )
    .action(async (options: RenderOptions) => {
      const { file, namespace, cluster } = options;
      const flags = {
        ...(namespace === undefined ? {} : { namespace }),
        ...(cluster === undefined ? {} : { cluster }),
      };
      const service = readServiceFile(await contentOf(file), {
        file: file === '-' ? 'stdin' : file,
        release: version,
        flags,
      });
      for (const warning of definitionWarnings(service)) io.stderr(`warning: ${warning}\n`);
      const known = { serviceUuid: undefined, members: [] };
      const target = { kubeVersion: options.kubeVersion, vpcCni: 'auto', subnetLabel: undefined } as const;
      const objects = serviceManifests(service, known, target);
      io.stdout(options.output === 'json' ? asList(objects) : asYaml(objects));
    });
}

function kubeVersion(given: string): KubeVersion {
  const parsed = parseKubeVersion(given);
  if (parsed === undefined) throw new InvalidArgumentError('Needed is a version such as 1.34.');
  return parsed;
}

async function contentOf(file: string): Promise<string> {
  try {
    return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FirecampError('FC-CFG-001', `The service file given with --file cannot be read: ${why}.`, { cause });
  }
}

function asYaml(objects: readonly KubeObject[]): string {
  // Tools of Kubernetes read YAML 1.1, where a bare `no` or `0600` is no text.
  const options = { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' } as const;
  return objects.map((object) => `---\n${stringify(object, options)}`).join('');
}

function asList(objects: readonly KubeObject[]): string {
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)}\n`;
}
