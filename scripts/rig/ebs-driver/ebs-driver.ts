import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ec2State } from '../../../test/cloud/ec2/ec2-state.ts';
import { unmounted } from '../../../test/cloud/ec2/volume-attachments.ts';
import type { KubeApi } from '../kube-api.ts';
import { syncAttachments } from './attacher.ts';
import { driverName } from './driver-name.ts';
import { NodeMounts } from './node-mounts.ts';
import { nodeServices } from './node-services.ts';
import { registrationService } from './registration.ts';
import { type RpcSocket, serveOnSocket } from './rpc-socket.ts';

/** What the driver is for. */
export interface EbsDriverOptions {
  readonly api: Pick<KubeApi, 'admin'>;
  /** The account that has the volumes and the nodes' instances. */
  readonly ec2: Ec2State;
  /** Folder for the content of volumes, one below it for each; nodes must see it at the same path. It is left as it is. */
  readonly dataRoot: string;
  /** Milliseconds between two looks at the attachments; 300 unless told. */
  readonly tickMs?: number;
  /** Told what the driver does, a line each. */
  readonly log?: (line: string) => void;
}

/** A node that runs a kubelet. */
export interface EbsNode {
  readonly name: string;
  readonly instanceId: string;
  readonly zone: string;
  /** The node's /var/lib/kubelet as this process sees it; at most 64 bytes, for the sockets below it. */
  readonly kubeletDir: string;
  /** Runs a command to its end among the node's mounts; rejects with its words when it fails. */
  readonly inNode: (argv: readonly string[]) => Promise<string>;
  /** Whether its machine is on. One that is off has nothing mounted, and keeps no volume busy. */
  readonly isOn: () => boolean;
}

/** The Amazon EBS CSI driver of a cluster, over a simulated account: a folder for each volume, and bind mounts of it. */
export interface EbsDriver {
  /** Starts its part for a node, once for all its boots: kubelet finds it by itself, whenever it starts. */
  addNode(node: EbsNode): Promise<void>;
  /** Ends all parts, and leaves the objects, the mounts and the content of volumes as they are. */
  stop(): Promise<void>;
}

/** Starts the part for the whole cluster, and makes the CSIDriver object. */
export async function startEbsDriver(options: EbsDriverOptions): Promise<EbsDriver> {
  const { api, ec2, dataRoot, tickMs = 300, log = () => {} } = options;
  await mkdir(dataRoot, { recursive: true });
  await createDriverObject(api);
  const stopped = new AbortController();
  const nodes: EbsNode[] = [];
  const sockets: RpcSocket[] = [];
  const attacher = repeat(tickMs, stopped.signal, async () => {
    letGoOfMachinesOff(ec2, nodes);
    // The API server may be down for a while, or somebody else's write came first: the next look sees what is then.
    await syncAttachments({ api, ec2, log }).catch((error: Error) =>
      log(`attachments are not looked after: ${error.message}`),
    );
  });
  return {
    async addNode(node) {
      const { name, instanceId, zone, kubeletDir, inNode } = node;
      const csi = join('plugins', driverName, 'csi.sock');
      await mkdir(join(kubeletDir, 'plugins', driverName), { recursive: true });
      await mkdir(join(kubeletDir, 'plugins_registry'), { recursive: true });
      const mounts = new NodeMounts(inNode);
      const answering = await serveOnSocket(
        join(kubeletDir, csi),
        nodeServices({ instanceId, zone, dataRoot, ec2, mounts }),
      );
      const service = registrationService(join('/var/lib/kubelet', csi), (line) => log(`${name}: ${line}`));
      sockets.push(answering);
      // The last: kubelet calls as soon as it sees it.
      sockets.push(await serveOnSocket(join(kubeletDir, 'plugins_registry', `${driverName}-reg.sock`), [service]));
      nodes.push(node);
    },
    async stop() {
      stopped.abort();
      await attacher;
      for (const socket of sockets.toReversed()) await socket.close();
    },
  };
}

function letGoOfMachinesOff(ec2: Ec2State, nodes: readonly EbsNode[]): void {
  const off = nodes.filter((node) => !node.isOn()).map(({ instanceId }) => instanceId);
  for (const volume of ec2.volumes.values()) {
    if (volume.attachedTo !== undefined && off.includes(volume.attachedTo)) unmounted(volume);
  }
}

/** As aws-ebs-csi-driver's deploy/kubernetes/base/csidriver.yaml: kubelet sets the owner of a volume's files for fsGroup. */
async function createDriverObject(api: Pick<KubeApi, 'admin'>): Promise<void> {
  const spec = { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: 'File' };
  try {
    await api.admin('POST', '/apis/storage.k8s.io/v1/csidrivers', { metadata: { name: driverName }, spec });
  } catch (error) {
    if ((error as { status?: number }).status !== 409) throw error;
  }
}

async function repeat(everyMs: number, signal: AbortSignal, step: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await step();
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}
