import { status } from '@grpc/grpc-js';
import type { Ec2State } from '../../../test/cloud/ec2/ec2-state.ts';
import { unmounted } from '../../../test/cloud/ec2/volume-attachments.ts';
import { driverName } from './driver-name.ts';
import type { NodeMounts } from './node-mounts.ts';
import { rpcService } from './rpc-services.ts';
import { RpcError, type RpcService } from './rpc-socket.ts';
import { formatOnce, volumeFolder } from './volume-content.ts';

/** One node, as its own part of the driver knows it. */
export interface NodeParts {
  readonly instanceId: string;
  readonly zone: string;
  /** Folder of the volumes' content, at the same path for the node and for this process. */
  readonly dataRoot: string;
  readonly ec2: Ec2State;
  readonly mounts: NodeMounts;
}

interface StageRequest {
  readonly volumeId: string;
  readonly stagingTargetPath: string;
  readonly volumeCapability: { readonly mount?: { readonly fsType: string } } | null;
}

interface PublishRequest {
  readonly volumeId: string;
  readonly stagingTargetPath: string;
  readonly targetPath: string;
  readonly readonly: boolean;
}

/** What the driver on a node answers kubelet: CSI's Identity and Node services, as aws-ebs-csi-driver's pkg/driver/node.go. */
export function nodeServices(node: NodeParts): RpcService[] {
  const { ec2, mounts, dataRoot, instanceId, zone } = node;
  const identity = {
    GetPluginInfo: async () => ({ name: driverName, vendorVersion: 'rig' }),
    GetPluginCapabilities: async () => ({
      capabilities: [
        { service: { type: 'CONTROLLER_SERVICE' } },
        { service: { type: 'VOLUME_ACCESSIBILITY_CONSTRAINTS' } },
      ],
    }),
    Probe: async () => ({}),
  };
  const ofNode = {
    NodeGetInfo: async () => ({ nodeId: instanceId, accessibleTopology: { segments: topologyOf(zone) } }),
    NodeGetCapabilities: async () => ({ capabilities: [{ rpc: { type: 'STAGE_UNSTAGE_VOLUME' } }] }),
    NodeStageVolume: async ({ volumeId, stagingTargetPath, volumeCapability }: StageRequest) => {
      const { mount } = volumeCapability ?? {};
      if (!mount)
        throw new RpcError(status.UNIMPLEMENTED, 'volumes of the rig have file systems, and are no block devices');
      const volume = ec2.volumes.get(volumeId);
      // Without the attachment there would be no device to mount.
      if (volume?.attachedTo !== instanceId)
        throw new RpcError(status.NOT_FOUND, `${volumeId} is not attached to ${instanceId}`);
      const folder = volumeFolder(dataRoot, volumeId);
      const mountedBefore = volume.mounted;
      volume.mounted = true;
      try {
        await formatOnce(folder, mount.fsType || 'ext4');
        await mounts.bind(folder, stagingTargetPath, { readOnly: false });
      } catch (error) {
        if (!mountedBefore) unmounted(volume);
        throw error;
      }
      return {};
    },
    NodeUnstageVolume: async ({ volumeId, stagingTargetPath }: StageRequest) => {
      await mounts.unmount(stagingTargetPath);
      const volume = ec2.volumes.get(volumeId);
      if (volume?.attachedTo === instanceId) unmounted(volume);
      return {};
    },
    NodePublishVolume: async ({ stagingTargetPath, targetPath, readonly: readOnly }: PublishRequest) => {
      await mounts.bind(stagingTargetPath, targetPath, { readOnly });
      return {};
    },
    NodeUnpublishVolume: async ({ targetPath }: PublishRequest) => {
      await mounts.unmountAndRemove(targetPath);
      return {};
    },
  };
  return [
    [rpcService('csi.v1.Identity'), identity],
    [rpcService('csi.v1.Node'), ofNode],
  ];
}

/** The labels that kubelet gives its node for the driver (aws-ebs-csi-driver, NodeGetInfo). */
function topologyOf(zone: string): Record<string, string> {
  return { [`topology.${driverName}/zone`]: zone, 'topology.kubernetes.io/zone': zone, 'kubernetes.io/os': 'linux' };
}
