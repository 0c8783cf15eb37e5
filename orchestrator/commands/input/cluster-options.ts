import { type Command, Option } from 'commander';
import { duration } from './duration.ts';

/** The flags that say which cluster is meant. */
export interface ClusterOptions {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  /** Milliseconds that one request to the API server, and in `status` each source, may take. */
  readonly requestTimeout?: number;
  readonly cluster?: string;
  readonly dbType?: 'clouddb' | 'k8sdb';
}

/** Which Kubernetes cluster, as kubectl's flags of these names. */
export function withKubeOptions(command: Command): Command {
  return command
    .option('--context <name>', 'context of the kubeconfig (default: its current one)')
    .option('--kubeconfig <file>', 'kubeconfig in place of KUBECONFIG and ~/.kube/config')
    .addOption(
      new Option(
        '--request-timeout <duration>',
        'how long one request to Kubernetes may take (default: 10s); for status and trace each source (default: 5s)',
      ).argParser(duration),
    );
}

/** Which Kubernetes cluster, namespace and FireCamp cluster; for verbs that take no service file. */
export function withClusterOptions(command: Command): Command {
  return withKubeOptions(
    command
      .option('-n, --namespace <namespace>', 'Kubernetes namespace (default: that of the context)')
      .option(
        '--cluster <cluster>',
        'name of the FireCamp cluster, to which services, records and address ranges belong (default: the service’s, or FIRECAMP_CLUSTER)',
      )
      .addOption(
        new Option(
          '--db-type <type>',
          'where the records are: clouddb is DynamoDB, k8sdb ConfigMaps (default: the service’s, or FIRECAMP_DB_TYPE)',
        ).choices(['clouddb', 'k8sdb']),
      ),
  );
}
