import type { Fabric } from '../network/fabric.ts';
import type { RigProcess } from '../processes.ts';
import { containerdSocket, loadImages, startContainerd } from './containerd.ts';
import { type KubeletCluster, type KubeletNode, startKubelet } from './kubelet.ts';
import { Machine } from './machine.ts';

/** What a node of a real cluster needs to know. */
export interface PodNodeOptions {
  /** Of the machine, the Node object, and the network namespace, which the fabric has made. */
  readonly name: string;
  readonly node: KubeletNode;
  readonly cluster: KubeletCluster;
  /** Range of the addresses of pods with networks of their own. */
  readonly podCidr: string;
  /** Content of its /etc/resolv.conf. */
  readonly resolvConf: string;
  /** Archives of the images that pods may name. */
  readonly images: readonly string[];
  /** An empty folder for its disk and its logs. */
  readonly folder: string;
}

/** A node with a real kubelet and containerd. */
export class PodNode {
  readonly name: string;
  readonly machine: Machine;
  readonly #fabric: Fabric;
  readonly #options: PodNodeOptions;
  #kubelet: RigProcess | undefined;
  #loaded = false;

  private constructor(fabric: Fabric, options: PodNodeOptions, machine: Machine) {
    this.name = options.name;
    this.machine = machine;
    this.#fabric = fabric;
    this.#options = options;
  }

  /** Makes its disk; it is off. */
  static async create(fabric: Fabric, options: PodNodeOptions): Promise<PodNode> {
    return new PodNode(fabric, options, await Machine.create(options.name, options.folder, options.resolvConf));
  }

  /** Boots it; returns once its kubelet has been started. */
  async boot(): Promise<void> {
    await this.machine.powerOn();
    await startContainerd(this.machine, this.#options.podCidr);
    if (!this.#loaded) for (const archive of this.#options.images) await loadImages(this.machine, archive);
    this.#loaded = true;
    await this.startKubelet();
  }

  /** The machine dies with everything on it, and its network with it. */
  async die(): Promise<void> {
    await this.#fabric.cut(this.name);
    await this.machine.powerOff();
  }

  /** Boots a machine that was on or has died: the same disk, and a network as new. */
  async reboot(): Promise<void> {
    await this.machine.powerOff();
    await this.#fabric.resetNode(this.name);
    await this.boot();
  }

  async startKubelet(): Promise<void> {
    const { node, cluster } = this.#options;
    this.#kubelet = await startKubelet(this.machine, node, cluster);
  }

  /** Ends kubelet alone; containers run on. */
  async killKubelet(): Promise<void> {
    await this.#kubelet?.kill();
  }

  /** Sends a signal to the first process of a container (a CRI id). */
  async signal(containerId: string, signal: string): Promise<void> {
    const id = containerId.replace(/^containerd:\/\//, '');
    await this.#ctr('tasks', 'kill', '--signal', signal, id);
  }

  /** The CRI id of what runs of a pod: a container by its name in the pod, or what holds the pod's namespaces. Undefined where it does not run. */
  async running(podUid: string, part: { readonly container: string } | 'sandbox'): Promise<string | undefined> {
    const label = part === 'sandbox' ? 'io.cri-containerd.kind' : 'io.kubernetes.container.name';
    const is = part === 'sandbox' ? part : part.container;
    const filter = `labels."io.kubernetes.pod.uid"==${podUid},labels."${label}"==${is}`;
    const [of, running] = await Promise.all([
      this.#ctr('containers', 'list', '--quiet', filter),
      this.#ctr('tasks', 'list', '--quiet'),
    ]);
    const ids = new Set(running.split('\n'));
    return of.split('\n').find((id) => id !== '' && ids.has(id));
  }

  /** Gives an image that it has another name, as pulling it by that name does. */
  async tagImage(reference: string, other: string): Promise<void> {
    await this.#ctr('images', 'tag', reference, other);
  }

  /** Runs a command in a container that runs, past the API server; what it printed. */
  exec(containerId: string, argv: readonly string[]): Promise<string> {
    const id = containerId.replace(/^containerd:\/\//, '');
    return this.#ctr('tasks', 'exec', '--exec-id', `rig-${Date.now()}`, id, ...argv);
  }

  #ctr(...args: string[]): Promise<string> {
    return this.machine.run(['ctr', '--address', containerdSocket, '--namespace', 'k8s.io', ...args]);
  }
}
