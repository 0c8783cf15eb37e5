import { FirecampError } from '../common/domain/errors.ts';
import type { OrchestratorPorts } from '../common/ports/orchestrator-ports.ts';
import { applyService } from './change/apply-service.ts';
import { diffService } from './change/diff-service.ts';
import { renderService } from './change/render-service.ts';
import { rollingRestartService } from './change/rolling-restart.ts';
import { updateService } from './change/update-service.ts';
import { createService } from './creation/create-service.ts';
import { scaleService } from './creation/scale-service.ts';
import type { ServiceDefinition } from './definition/service-definition.ts';
import type { Operation, OrchestratorSettings } from './operation.ts';
import {
  getContainerClusterID,
  getContainerSvcType,
  getLocalContainerInstanceID,
  getStatefulSetPodNames,
} from './presence/container-service.ts';
import { isServiceExist } from './presence/is-service-exist.ts';
import { createReplicaSet, deleteReplicaSet } from './presence/replica-set.ts';
import { startService } from './presence/start-service.ts';
import { stopService } from './presence/stop-service.ts';
import { deleteService } from './removal/delete-service.ts';
import type {
  DeleteOptions,
  OperationOptions,
  RestartOptions,
  ScaleOptions,
  ServiceOperations,
  ServiceUpdate,
  TaskRequest,
  VolumeRequest,
} from './service-operations.ts';
import { getServiceStatus } from './status/get-service-status.ts';
import { listServices } from './status/list-services.ts';
import { deleteTask } from './tasks/delete-task.ts';
import { getTaskStatus } from './tasks/get-task-status.ts';
import { runTask } from './tasks/run-task.ts';
import { getServiceTask, listActiveServiceTasks } from './tasks/service-tasks.ts';
import { createServiceVolume } from './volumes/create-service-volume.ts';
import { deleteServiceVolume } from './volumes/delete-service-volume.ts';

type Target = Pick<VolumeRequest, 'service' | 'memberName' | 'journal'>;

/**
 * The services of one FireCamp cluster in one namespace: FireCamp's operations on Kubernetes and AWS. What each does is in a file of its own;
 * this puts them under one name. It keeps nothing in memory, so any number of them, here and elsewhere, may work side by side.
 */
export class Orchestrator implements ServiceOperations {
  readonly settings: OrchestratorSettings;
  readonly #ports: OrchestratorPorts;

  /** @throws FirecampError FC-CFG-001 for a cloud other than `aws` */
  constructor(cloudPlatform: string, settings: OrchestratorSettings, ports: OrchestratorPorts) {
    if (cloudPlatform !== 'aws') {
      const message = `The cloud platform ${cloudPlatform} is not supported: addresses and names follow pods on aws only.`;
      throw new FirecampError('FC-CFG-001', message, { fields: { cloudPlatform } });
    }
    this.settings = settings;
    this.#ports = ports;
  }

  /** What the operations themselves are given; for functions that are no operation on a service, such as those of the network. */
  operation({ signal, progress = () => {}, dryRun = 'none' }: OperationOptions): Operation {
    return { settings: this.settings, ports: this.#ports, signal, progress, dryRun };
  }

  createService(service: ServiceDefinition, options: OperationOptions) {
    return createService(this.operation(options), service);
  }

  createServiceVolume(request: VolumeRequest, options: OperationOptions) {
    return createServiceVolume(this.operation(options), request);
  }

  async deleteServiceVolume(request: Target, options: OperationOptions) {
    return { changes: await deleteServiceVolume(this.operation(options), request) };
  }

  isServiceExist(service: string, options: OperationOptions) {
    return isServiceExist(this.operation(options), service);
  }

  getServiceStatus(service: string, options: OperationOptions) {
    return getServiceStatus(this.operation(options), service);
  }

  updateService(service: string, update: ServiceUpdate, options: OperationOptions) {
    return updateService(this.operation(options), service, update);
  }

  stopService(service: string, options: OperationOptions) {
    return stopService(this.operation(options), service);
  }

  startService(service: string, options: OperationOptions) {
    return startService(this.operation(options), service);
  }

  scaleService(service: string, count: number, options: ScaleOptions) {
    return scaleService(this.operation(options), service, count, options);
  }

  rollingRestartService(service: string, options: RestartOptions) {
    return rollingRestartService(this.operation(options), service, options);
  }

  deleteService(service: string, options: DeleteOptions) {
    return deleteService(this.operation(options), service, options);
  }

  runTask(service: string, task: TaskRequest, options: OperationOptions) {
    return runTask(this.operation(options), service, task);
  }

  getTaskStatus(taskId: string, options: OperationOptions) {
    return getTaskStatus(this.operation(options), taskId);
  }

  async deleteTask(service: string, taskType: string, options: OperationOptions) {
    return { changes: await deleteTask(this.operation(options), service, taskType) };
  }

  listActiveServiceTasks(service: string, options: OperationOptions) {
    return listActiveServiceTasks(this.operation(options), service);
  }

  getServiceTask(service: string, containerInstanceId: string, options: OperationOptions) {
    return getServiceTask(this.operation(options), service, containerInstanceId);
  }

  createReplicaSet(service: ServiceDefinition, options: OperationOptions) {
    return createReplicaSet(this.operation(options), service);
  }

  deleteReplicaSet(service: string, options: OperationOptions) {
    return deleteReplicaSet(this.operation(options), service);
  }

  getContainerSvcType() {
    return getContainerSvcType();
  }

  getLocalContainerInstanceID(hostname: string, options: OperationOptions) {
    return getLocalContainerInstanceID(this.operation(options), hostname);
  }

  getContainerClusterID(): string {
    return getContainerClusterID({ settings: this.settings });
  }

  getStatefulSetPodNames(service: string, replicas: number, backward = false): string[] {
    return getStatefulSetPodNames(service, replicas, backward);
  }

  applyService(service: ServiceDefinition, options: OperationOptions) {
    return applyService(this.operation(options), service);
  }

  renderService(service: ServiceDefinition, options: OperationOptions) {
    return renderService(this.operation(options), service);
  }

  diffService(service: ServiceDefinition, options: OperationOptions) {
    return diffService(this.operation(options), service);
  }

  listServices(options: OperationOptions & { readonly allNamespaces?: boolean }) {
    return listServices(this.operation(options), options);
  }
}
