import { memberPersistentVolume, memberVolumeClaim } from '../../../orchestrator/manifests/member-volume.ts';
import { appImageReference } from '../../../scripts/rig/app-images.ts';
import { eventually } from '../../e2e/harness/standing.ts';
import { nodeName } from '../../e2e/harness/world.ts';
import type { RealCluster } from './real-cluster.ts';

const zone = 'us-east-1a';
const persistentVolumes = '/api/v1/persistentvolumes';

/** A volume as the orchestrator binds it, and pods of nobody's that take turns with it. */
export class VolumePods {
  readonly volumeId: string;
  readonly #cluster: RealCluster;
  readonly #namespace: string;
  readonly #claim: string;
  readonly #volume: string;

  private constructor(
    cluster: RealCluster,
    namespace: string,
    ids: { volumeId: string; claim: string; volume: string },
  ) {
    this.#cluster = cluster;
    this.#namespace = `/api/v1/namespaces/${namespace}`;
    this.volumeId = ids.volumeId;
    this.#claim = ids.claim;
    this.#volume = ids.volume;
  }

  /** Makes the volume, its PersistentVolume and its claim, in a namespace of their own. */
  static async create(cluster: RealCluster, name: string): Promise<VolumePods> {
    const namespace = await cluster.kube.newNamespace();
    const volumeId = newVolume(cluster);
    const service = { name, cluster: 'e2e', namespace };
    const member = { kind: 'data', ordinal: 0, volumeId, sizeGb: 1, zone, subnet: undefined } as const;
    const facts = { serviceUuid: 'e2e' };
    const [volume, claim] = [memberPersistentVolume(service, facts, member), memberVolumeClaim(service, facts, member)];
    const names = { volumeId, claim: claim.metadata.name, volume: volume.metadata.name };
    const made = new VolumePods(cluster, namespace, names);
    await cluster.kube.admin('POST', persistentVolumes, volume);
    await cluster.kube.admin('POST', `${made.#namespace}/persistentvolumeclaims`, claim);
    return made;
  }

  /** Starts a pod with the volume at /data, as a user who is not root, and waits until its script is done. */
  async start(name: string, node: string, script: string): Promise<void> {
    const container = {
      name: 'main',
      image: appImageReference('tools'),
      imagePullPolicy: 'Never',
      command: ['sh', '-c', `set -e; ${script}; touch /tmp/done; trap 'exit 0' TERM; sleep 1000 & wait`],
      readinessProbe: { exec: { command: ['test', '-e', '/tmp/done'] }, periodSeconds: 1 },
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const spec = {
      nodeSelector: { 'kubernetes.io/hostname': node },
      terminationGracePeriodSeconds: 5,
      securityContext: { runAsUser: 1000, fsGroup: 2000 },
      containers: [container],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: this.#claim } }],
    };
    await this.#cluster.kube.admin('POST', `${this.#namespace}/pods`, { metadata: { name }, spec });
    await eventually(`${name} is ready on ${node}`, () => this.#isReady(name), 120_000);
  }

  /** Deletes a pod, and waits until kubelet has ended it. */
  async end(name: string): Promise<void> {
    await this.#cluster.kube.admin('DELETE', this.#pod(name));
    await eventually(`${name} is gone`, () => this.isGone(name), 60_000);
  }

  isGone(name: string): Promise<boolean> {
    return this.#isAbsent(this.#pod(name));
  }

  async log(name: string): Promise<string> {
    return String(await this.#cluster.kube.admin('GET', `${this.#pod(name)}/log`));
  }

  /** The node whose instance the volume is attached to. */
  holder(): string | undefined {
    const { ec2, topology } = this.#cluster.world.cloud;
    const instanceId = ec2.volumes.get(this.volumeId)?.attachedTo;
    return instanceId === undefined ? undefined : nodeName(topology, instanceId);
  }

  /** Deletes claim and PersistentVolume; what keeps the latter after half a minute. */
  async deleteVolumeObjects(): Promise<readonly string[]> {
    const { kube } = this.#cluster;
    const path = `${persistentVolumes}/${this.#volume}`;
    await kube.admin('DELETE', `${this.#namespace}/persistentvolumeclaims/${this.#claim}`);
    await kube.admin('DELETE', path);
    try {
      await eventually('the PersistentVolume is gone', () => this.#isAbsent(path), 30_000);
      return [];
    } catch {
      const { metadata } = (await kube.admin('GET', path)) as { metadata: { finalizers: readonly string[] } };
      return metadata.finalizers;
    }
  }

  #pod(name: string): string {
    return `${this.#namespace}/pods/${name}`;
  }

  async #isReady(name: string): Promise<boolean> {
    const { status } = (await this.#cluster.kube.admin('GET', this.#pod(name))) as PodObject;
    return status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
  }

  #isAbsent(path: string): Promise<boolean> {
    return this.#cluster.kube.admin('GET', path).then(
      () => false,
      (error: { status?: number }) => error.status === 404,
    );
  }
}

interface PodObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A volume of the account, as CreateVolume makes it. */
function newVolume({ world }: RealCluster): string {
  const { ec2 } = world.cloud;
  const id = ec2.newId('vol');
  const shape = { type: 'gp3', size: 1, iops: 3_000, throughput: 125, encrypted: false, kmsKeyId: undefined };
  const fresh = {
    token: undefined,
    asked: '',
    createdAt: ec2.now(),
    attachedTo: undefined,
    mounted: false,
    busy: false,
  };
  ec2.volumes.set(id, { id, zone, ...shape, ...fresh, tags: new Map() });
  return id;
}
