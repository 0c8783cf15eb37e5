import type { ExitCode } from '../../common/domain/exit-codes.ts';
import type { KubeObjects } from '../../common/ports/kube-objects.ts';
import type { Operation, OrchestratorSettings } from '../operation.ts';
import type { OperationOptions, ServiceOperations } from '../service-operations.ts';
import type { CliIo } from './cli-io.ts';
import type { ClusterOptions } from './input/cluster-options.ts';

/** A Kubernetes cluster that was chosen; nothing has been sent to it yet. */
export interface Connection extends Disposable {
  readonly kube: KubeObjects;
  /** `--namespace`, else that of the context. */
  readonly namespace: string;
  /** What can be done there with the records of a FireCamp cluster. It ends with the connection. `region` stands before the environment's. */
  open(settings: OrchestratorSettings, region?: string): Session;
}

/** The services of one FireCamp cluster and namespace. */
export interface Session {
  readonly settings: OrchestratorSettings;
  readonly operations: ServiceOperations;
  /** For what is a function of its own and no service's operation: network, doctor, trace … */
  operation(options: OperationOptions): Operation;
}

/** What a command is given. */
export interface Cli extends CliIo {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Finds the cluster as kubectl does. @throws FirecampError FC-K8S-003 */
  readonly connect: (options: ClusterOptions) => Promise<Connection>;
  /** The exit code of a command that ends well but not with 0. */
  readonly finish: (code: ExitCode) => void;
}
