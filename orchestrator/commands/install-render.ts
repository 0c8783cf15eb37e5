import { type Command, Option } from 'commander';
import { installObjects } from '../install/install-objects.ts';
import type { KubeObject } from '../manifests/kube-object.ts';
import type { Cli } from './cli.ts';
import { helmChart } from './install-files/helm-chart.ts';
import { kustomizeBase } from './install-files/kustomize-base.ts';
import { writeFiles } from './install-files/write-files.ts';
import { type InstallOptions, installation, namespaceName, withInstallOptions } from './install-options.ts';
import { asList, asYamlDocuments } from './output/objects.ts';

interface RenderOptions extends InstallOptions {
  readonly namespace?: string;
  readonly output: 'yaml' | 'json' | 'kustomize' | 'helm';
  readonly folder?: string;
}

/** `firecamp install render`: what install would apply, in the form that kubectl, Kustomize or helm take. */
export function addInstallRender(install: Command, cli: Cli): void {
  const command = withInstallOptions(install.command('render'));
  command
    .summary('print what install would apply, or write it for Kustomize or helm')
    .description(
      'Prints what firecamp install applies, for kubectl apply -f - or for GitOps; or writes it into a folder as a base for Kustomize, or as a chart for helm whose values are these flags: what is given here is their default. Asks no cluster; the same flags give the same bytes.',
    )
    .option('-n, --namespace <namespace>', 'Kubernetes namespace; only a chart can do without', namespaceName)
    .addOption(
      new Option('-o, --output <format>', 'yaml, json (a List), or with --folder kustomize or helm')
        .choices(['yaml', 'json', 'kustomize', 'helm'])
        .default('yaml'),
    )
    .option('--folder <folder>', 'where the base or the chart is written, in place of what was written there before')
    .action(async ({ output, folder, namespace, ...settings }: RenderOptions) => {
      const inFolder = output === 'kustomize' || output === 'helm';
      if (inFolder && folder === undefined) command.error(`error: -o ${output} needs --folder`);
      if (!inFolder && folder !== undefined) command.error(`error: --folder needs -o kustomize or -o helm`);
      if (namespace === undefined && output !== 'helm') {
        command.error("error: required option '-n, --namespace <namespace>' not specified");
      }
      const objects = (): KubeObject[] => installObjects(installation(settings, namespace ?? ''));
      if (output === 'json') cli.stdout(asList(objects()));
      else if (folder === undefined) cli.stdout(asYamlDocuments(objects()));
      else {
        const defaults = { ...settings, ...(namespace !== undefined && { namespace }) };
        await writeFiles(folder, output === 'helm' ? helmChart(defaults) : kustomizeBase(objects()));
        cli.say(`wrote ${folder}`);
      }
    });
}
