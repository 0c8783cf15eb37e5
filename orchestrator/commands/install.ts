import { type Command, InvalidArgumentError, Option } from 'commander';
import { version } from '../../common/runtime/version.ts';
import { install } from '../install/install.ts';
import { installObjects } from '../install/install-objects.ts';
import type { Installation } from '../install/installation.ts';
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
import { printChanges } from './output/changes.ts';
import { asList, asYamlDocuments } from './output/objects.ts';
import { withProgress } from './with-session.ts';

type KubeOptions = Pick<ClusterOptions, 'namespace' | 'context' | 'kubeconfig' | 'requestTimeout'>;

interface InstallOptions {
  readonly dbType: 'clouddb' | 'k8sdb';
  readonly memberRoleArn?: string;
  readonly managerRoleArn?: string;
}

interface ForceOptions {
  readonly forceConflicts: boolean;
}

interface RenderOptions extends InstallOptions {
  readonly namespace: string;
  readonly output: 'yaml' | 'json';
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

function addInstallRender(install: Command, cli: Cli): void {
  withInstallOptions(install.command('render'))
    .summary('print what install would apply')
    .description(
      'Prints what firecamp install applies, for kubectl apply -f - or for GitOps. Touches nothing; the same flags give the same bytes.',
    )
    .requiredOption('-n, --namespace <namespace>', 'Kubernetes namespace')
    .addOption(new Option('-o, --output <format>', 'yaml or json (a List)').choices(['yaml', 'json']).default('yaml'))
    .action(({ output, ...options }: RenderOptions) => {
      const objects = installObjects(installation(options, options.namespace));
      cli.stdout(output === 'json' ? asList(objects) : asYamlDocuments(objects));
    });
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

function withInstallOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--db-type <type>', 'where the records will be: clouddb is DynamoDB, k8sdb ConfigMaps')
        .choices(['clouddb', 'k8sdb'])
        .default('clouddb'),
    )
    .option(
      '--member-role-arn <arn>',
      'AWS role of the members, as EKS gives it to their service account (IRSA)',
      roleArn,
    )
    .option('--manager-role-arn <arn>', 'AWS role of the manager’s service account', roleArn);
}

function installation({ dbType, memberRoleArn, managerRoleArn }: InstallOptions, namespace: string): Installation {
  return { namespace, dbType, memberRoleArn, managerRoleArn };
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

function roleArn(given: string): string {
  if (/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(given)) return given;
  throw new InvalidArgumentError(
    'Needed is the ARN of an IAM role, such as arn:aws:iam::111122223333:role/firecamp-member.',
  );
}
