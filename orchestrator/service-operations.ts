import type { ServiceDefinition } from './definition/service-definition.ts';
import type { KubeObject } from './manifests/kube-object.ts';
import type { Change, DryRun, Progress } from './operation.ts';
import type { ServiceStatus, ServiceSummary } from './status/service-status.ts';

/** What every operation takes. Stopped by the signal it leaves what another run of it goes on from. */
export interface OperationOptions {
  readonly signal: AbortSignal;
  readonly progress?: Progress;
  readonly dryRun?: DryRun;
}

/** What was done, or with a dry run would be, in the order in which it was. */
export interface OperationResult {
  readonly changes: readonly Change[];
}

/** The Kubernetes objects of a service as they should be, against the cluster. */
export interface ObjectDifference {
  /** `StatefulSet redis` */
  readonly object: string;
  readonly action: 'create' | 'update' | 'none';
  readonly live: Readonly<Record<string, unknown>> | undefined;
  /** As the API server would have it after an apply, without what only it writes. */
  readonly wanted: Readonly<Record<string, unknown>>;
}

/** What `updateService` may change; what is left out stays. */
export interface ServiceUpdate {
  readonly maxCpuUnits?: number;
  readonly reserveCpuUnits?: number;
  readonly maxMemMb?: number;
  readonly reserveMemMb?: number;
  readonly ports?: ServiceDefinition['ports'];
  /** FireCamp's ExternalDNS: whether members are registered in Route 53. */
  readonly registerDns?: boolean;
  /** Tag of the init and stop container images. */
  readonly releaseVersion?: string;
  readonly containerImage?: string;
}

/** Order of a rolling restart: which member comes next. */
export type RestartOrder = 'descending' | 'ascending';

export interface RestartOptions extends OperationOptions {
  readonly order?: RestartOrder;
  /** Only these members, by ordinal; all without. */
  readonly ordinals?: readonly number[];
  /** Seconds that a new pod may take to be Ready; 600 without. */
  readonly podTimeoutSeconds?: number;
  /** Goes on although members are not Ready. */
  readonly force?: boolean;
}

/** One member of a rolling restart. */
export interface RestartedMember {
  readonly member: string;
  /** `current`: its pod had the wanted revision already. */
  readonly outcome: 'restarted' | 'current';
  readonly podUid: string;
}

export interface TaskRequest {
  /** `init` is FireCamp's; part of the Job's name. */
  readonly taskType: string;
  /** The service's own image without. */
  readonly image?: string;
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface TaskStatus {
  readonly taskId: string;
  readonly status: 'running' | 'stopped';
  /** RFC 3339 */
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** `success`, or the message of what failed; undefined while it runs. */
  readonly reason: string | undefined;
}

/** A pod of the service. */
export interface ServiceTask {
  /** The pod's name. */
  readonly taskId: string;
  readonly podUid: string;
  readonly phase: string;
  readonly node: string | undefined;
}

export interface DeleteOptions extends OperationOptions {
  /** Deletes the EBS volumes too, with all data. */
  readonly deleteVolumes?: boolean;
}

export interface ScaleOptions extends OperationOptions {
  /** Scaling down: gives addresses and records of the members up, too. Without, they are kept for a later scale-up. */
  readonly release?: boolean;
  /** With `release`: deletes the members' EBS volumes, with all data. */
  readonly deleteVolumes?: boolean;
}

export interface VolumeRequest {
  readonly service: string;
  readonly memberName: string;
  readonly volumeId: string;
  readonly sizeGb: number;
  readonly journal: boolean;
}

/** A wait's goal: every member Ready, record and EC2 and DNS and Kubernetes agreed, or the service gone. */
export type WaitGoal = 'ready' | 'agreement' | 'deleted';

/**
 * What can be done with services. The names are those of FireCamp's K8sSvc in camelCase; what is not FireCamp's is marked. Its helpers for
 * the static IP file are functions of their own, `presence/static-ip-file.ts`: they need a member's volume and no cluster.
 * Every operation may be repeated and goes on from what it finds. All reject with `FirecampError`.
 */
export interface ServiceOperations {
  /** Creates the service: records, addresses, volumes, names, config files, objects. What exists already and is the same is accepted; FC-SVC-001 shows the difference when not. */
  createService(service: ServiceDefinition, options: OperationOptions): Promise<OperationResult>;
  /** PV and PVC of an existing EBS volume. @returns the id of the volume that the member's PV holds, which may be another. */
  createServiceVolume(request: VolumeRequest, options: OperationOptions): Promise<string>;
  /** Deletes PVC, then PV, and waits until both are gone; never the EBS volume. */
  deleteServiceVolume(
    request: Pick<VolumeRequest, 'service' | 'memberName' | 'journal'>,
    options: OperationOptions,
  ): Promise<OperationResult>;
  isServiceExist(service: string, options: OperationOptions): Promise<boolean>;
  getServiceStatus(service: string, options: OperationOptions): Promise<ServiceStatus>;
  updateService(service: string, update: ServiceUpdate, options: OperationOptions): Promise<OperationResult>;
  stopService(service: string, options: OperationOptions): Promise<OperationResult>;
  /** Ours: back to the count from before `stopService`. */
  startService(service: string, options: OperationOptions): Promise<OperationResult>;
  scaleService(service: string, count: number, options: ScaleOptions): Promise<OperationResult>;
  rollingRestartService(service: string, options: RestartOptions): Promise<readonly RestartedMember[]>;
  deleteService(service: string, options: DeleteOptions): Promise<OperationResult>;
  runTask(service: string, task: TaskRequest, options: OperationOptions): Promise<string>;
  getTaskStatus(taskId: string, options: OperationOptions): Promise<TaskStatus>;
  deleteTask(service: string, taskType: string, options: OperationOptions): Promise<OperationResult>;
  listActiveServiceTasks(service: string, options: OperationOptions): Promise<readonly ServiceTask[]>;
  getServiceTask(service: string, containerInstanceId: string, options: OperationOptions): Promise<ServiceTask>;
  createReplicaSet(service: ServiceDefinition, options: OperationOptions): Promise<OperationResult>;
  deleteReplicaSet(service: string, options: OperationOptions): Promise<OperationResult>;
  getContainerSvcType(): 'k8s';
  /** Name of the node that has this full host name. */
  getLocalContainerInstanceID(hostname: string, options: OperationOptions): Promise<string>;
  /** The cluster's name. */
  getContainerClusterID(): string;
  /** Names of the pods of a StatefulSet of so many replicas, from ordinal 0 up, or backward. */
  getStatefulSetPodNames(service: string, replicas: number, backward?: boolean): string[];
  /** Ours: creates the service, or changes it to what the file says. */
  applyService(service: ServiceDefinition, options: OperationOptions): Promise<OperationResult>;
  /** Ours: the objects of the service with all that the records know of it; what `createService` applies. */
  renderService(service: ServiceDefinition, options: OperationOptions): Promise<readonly KubeObject[]>;
  /** Ours: what `applyService` would change of the objects. */
  diffService(service: ServiceDefinition, options: OperationOptions): Promise<readonly ObjectDifference[]>;
  /** Ours: the services of the namespace, or of all namespaces. */
  listServices(options: OperationOptions & { readonly allNamespaces?: boolean }): Promise<readonly ServiceSummary[]>;
}
