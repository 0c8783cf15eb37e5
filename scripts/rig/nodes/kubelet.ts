import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnKubeApiServer } from '../kube-api-server.ts';
import { kubeBinaries } from '../kube-binaries.ts';
import { writeKubeconfig } from '../kubeconfig.ts';
import type { RigProcess } from '../processes.ts';
import { containerdSocket } from './containerd.ts';
import type { Machine } from './machine.ts';

/** What a kubelet says of its node when it registers. */
export interface KubeletNode {
  /** Primary address of the machine. */
  readonly address: string;
  readonly zone: string;
  /** `aws:///us-east-1a/i-0123456789abcdef0`, as the cloud provider of AWS writes it. */
  readonly providerId: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where the machine finds the API server and cluster DNS. */
export interface KubeletCluster {
  readonly server: OwnKubeApiServer;
  /** `https://10.96.0.1` */
  readonly url: string;
  readonly clusterDns: string;
}

/** Starts kubelet on a machine whose containerd runs. */
export async function startKubelet(machine: Machine, node: KubeletNode, cluster: KubeletCluster): Promise<RigProcess> {
  const [kubelet] = await kubeBinaries('kubelet');
  const onDisk = (name: string) => machine.onDisk('/var/lib/kubelet', name);
  const token = cluster.server.kubeletTokens.get(machine.name);
  if (token === undefined) throw new Error(`the API server was not started for a kubelet of ${machine.name}`);
  await copyFile(cluster.server.caFile, onDisk('ca.crt'));
  await writeKubeconfig(onDisk('kubeconfig'), { url: cluster.url, caFile: join(home, 'ca.crt'), token });
  await writeFile(onDisk('config.json'), JSON.stringify(configuration(node, cluster, machine.podCgroup)));
  return machine.start('kubelet', [
    kubelet,
    `--config=${home}/config.json`,
    `--kubeconfig=${home}/kubeconfig`,
    `--root-dir=${home}`,
    `--cert-dir=${home}/pki`,
    `--hostname-override=${machine.name}`,
    `--node-ip=${node.address}`,
    `--node-labels=${nodeLabels(node)}`,
  ]);
}

const home = '/var/lib/kubelet';

function nodeLabels({ zone, labels = {} }: KubeletNode): string {
  const region = zone.replace(/[a-z]$/, '');
  const all = { 'topology.kubernetes.io/zone': zone, 'topology.kubernetes.io/region': region, ...labels };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

function configuration(node: KubeletNode, { clusterDns }: KubeletCluster, podCgroup: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    providerID: node.providerId,
    clusterDNS: [clusterDns],
    clusterDomain: 'cluster.local',
    resolvConf: '/etc/resolv.conf',
    // Only the fabric reaches it, for logs and exec.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    // Four times as often as by default: the control plane gives a node up four times as soon.
    nodeStatusUpdateFrequency: '2s',
    nodeStatusReportFrequency: '1m',
    nodeLeaseDurationSeconds: 10,
    // A machine of the rig is a namespace: what belongs to the whole kernel is left alone.
    cgroupDriver: 'cgroupfs',
    cgroupRoot: podCgroup,
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    failCgroupV1: false,
    localStorageCapacityIsolation: false,
    makeIPTablesUtilChains: false,
    volumePluginDir: `${home}/volume-plugins`,
    registerNode: true,
    // Its disk is the whole rig's: what is full there says nothing of the node.
    evictionHard: {
      'imagefs.available': '0%',
      'nodefs.available': '0%',
      'memory.available': '0%',
      'nodefs.inodesFree': '0%',
      'imagefs.inodesFree': '0%',
    },
    imageGCHighThresholdPercent: 100,
    maxPods: 110,
  };
}
