import { mkdir, writeFile } from 'node:fs/promises';
import { appImageReference } from '../app-images.ts';
import { debianCommand } from '../debian.ts';
import { type RigProcess, waitUntilReady } from '../processes.ts';
import type { Machine } from './machine.ts';
import { cniPlugins } from './programs.ts';

/** Where containerd of a machine listens. */
export const containerdSocket = '/run/containerd/containerd.sock';

const cniFolder = '/var/lib/cni/net.d';

/** Starts containerd on a machine, with pods' own networks in `podCidr`. */
export async function startContainerd(machine: Machine, podCidr: string): Promise<RigProcess> {
  const containerd = await debianCommand('containerd', 'containerd');
  await mkdir(machine.onDisk('/var/lib/cni', 'net.d'), { recursive: true });
  await writeFile(machine.onDisk('/var/lib/cni', 'net.d', '10-ptp.conflist'), JSON.stringify(podNetwork(podCidr)));
  const config = machine.onDisk('/var/lib/containerd', 'config.toml');
  await writeFile(config, settings());
  const started = await machine.start('containerd', [containerd, '--config', '/var/lib/containerd/config.toml']);
  await waitUntilReady(`containerd of ${machine.name}`, started, async () => {
    await machine.run(['ctr', '--address', containerdSocket, 'version']);
    return true;
  });
  return started;
}

/** Loads an archive of images (docker or OCI) for kubelet. */
export async function loadImages(machine: Machine, archive: string): Promise<void> {
  await machine.run(['ctr', '--address', containerdSocket, '--namespace', 'k8s.io', 'images', 'import', archive]);
}

function settings(): string {
  return `version = 2
root = "/var/lib/containerd/root"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${appImageReference('pause')}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniPlugins}"
    conf_dir = "${cniFolder}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

/** Pods reach the world with their node's address, and are reached by host ports, as on nodes without a network plugin of the VPC's. */
function podNetwork(subnet: string) {
  const ipam = { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] };
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [
      { type: 'ptp', ipMasq: true, ipam },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true },
    ],
  };
}
