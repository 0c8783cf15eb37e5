import type { Command } from 'commander';
import { version } from '../../common/runtime/version.ts';
import { install } from '../install/install.ts';
import { uninstall } from '../install/uninstall.ts';
import { kubeRetried } from '../objects/kube-calls.ts';
import type { Operation } from '../operation.ts';
import type { OperationOptions } from '../service-operations.ts';
import { imagesInUse, skewWarnings } from '../status/images-in-use.ts';
import type { Cli } from './cli.ts';
import { confirm } from './confirm.ts';
import { type ClusterOptions, withKubeOptions } from './input/cluster-options.ts';
import {
  type ChangeOptions,
  type DestroyOptions,
  withChangeOptions,
  withDestroyOptions,
} from './input/common-options.ts';
import { addInstallIam } from './install-iam.ts';
import { type InstallOptions, installation, withInstallOptions } from './install-options.ts';
import { addInstallRender } from './install-render.ts';
import { printChanges } from './output/changes.ts';
import { withProgress } from './with-session.ts';

type KubeOptions = Pick<ClusterOptions, 'namespace' | 'context' | 'kubeconfig' | 'requestTimeout'>;

interface ForceOptions {
  readonly forceConflicts: boolean;
}

/** `firecamp install`: what a cluster and an account need before the first service. */
export function addInstall(program: Command, cli: Cli): void {
  const command = program
    .command('install')
    // Else this command would take the flags of those below it.
    .enablePositionalOptions()
    .summary('make a namespace ready for services')
    .description(
      'Makes a namespace ready for services: the namespace with its Pod Security label, the service accounts of members and of the manager (what makes services from within the cluster), and what they may do. Run again it takes what changed, and deletes what is not needed any more; do so with each new release, before the services have it.',
    )
    .option('-n, --namespace <namespace>', 'Kubernetes namespace (default: that of the context)')
    .option('--force-conflicts', 'take back fields that somebody else has changed', false);
  withChangeOptions(withKubeOptions(withInstallOptions(command))).action(
    async (options: InstallOptions & ForceOptions & KubeOptions & ChangeOptions) => {
      const { dryRun, output, forceConflicts: force } = options;
      await withCluster(cli, options, async (operation, namespace) => {
        const { changes } = await withProgress(cli, output, (told) =>
          install(operation({ ...told, dryRun }), installation(options, namespace), { force }),
        );
        printChanges(cli, options, changes);
        await warnOfSkew(cli, operation({ signal: cli.signal }));
      });
    },
  );
  addInstallRender(command, cli);
  addInstallIam(command, cli);
}

/** The installation is of this release now; members whose containers are not have to follow. */
async function warnOfSkew(cli: Cli, { ports, settings, signal }: Operation): Promise<void> {
  const images = await kubeRetried({ ports, signal }, (options) =>
    imagesInUse(ports.kube, settings.namespace, options),
  );
  for (const line of skewWarnings(version, images)) cli.say(`warning: ${line}`);
}

/** `firecamp uninstall`: takes away what `install` made. */
export function addUninstall(program: Command, cli: Cli): void {
  const command = program
    .command('uninstall')
    .summary('take away what install made')
    .description(
      'Takes away what firecamp install made: roles, service accounts, and the namespace if nothing else is in it. Refused while services are in the namespace. Lists what will go and asks.',
    )
    .option('-n, --namespace <namespace>', 'Kubernetes namespace (default: that of the context)');
  withDestroyOptions(withKubeOptions(command)).action(async (options: KubeOptions & DestroyOptions) => {
    const { dryRun, output, yes } = options;
    await withCluster(cli, options, async (operation, namespace) => {
      if (dryRun === 'none' && !yes) {
        const { changes } = await uninstall(operation({ signal: cli.signal, dryRun: 'client' }));
        await confirm(cli, `Uninstall firecamp from namespace ${namespace}`, changes, yes);
      }
      const { changes } = await withProgress(cli, output, (told) => uninstall(operation({ ...told, dryRun })));
      printChanges(cli, options, changes, `nothing is installed in namespace ${namespace}: nothing to do`);
    });
  });
}

/** No service is there that would tell its FireCamp cluster, and nothing here asks for one. */
async function withCluster(
  cli: Cli,
  options: KubeOptions,
  work: (operation: (told: OperationOptions) => Operation, namespace: string) => Promise<void>,
): Promise<void> {
  using connection = await cli.connect(options);
  const { namespace } = connection;
  const session = connection.open({ cluster: '', namespace, dbType: 'k8sdb', release: version });
  await work((told) => session.operation(told), namespace);
}
