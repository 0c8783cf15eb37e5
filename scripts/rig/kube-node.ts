import { kwokAnnotation } from './kwok.ts';

/** A node to register. */
export interface NodeOptions {
  readonly name: string;
  /** Availability zone, e.g. `us-east-1a`. */
  readonly zone: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `aws:///us-east-1a/i-0123456789abcdef0`, as the cloud provider of AWS writes it. */
  readonly providerId?: string;
  /** IPv4 address that hostNetwork pods get. */
  readonly address: string;
  /**
   * `kwok` plays its pods and renews its lease. With `none`, pods that the scheduler puts there wait for the test to play the kubelet.
   */
  readonly kubelet: 'kwok' | 'none';
}

/** The Node object as a kubelet of AWS would register it, with room for hundreds of pods. */
export function nodeObject(node: NodeOptions, now: Date) {
  const labels = {
    'kubernetes.io/hostname': node.name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/region': node.zone.replace(/[a-z]$/, ''),
    'topology.kubernetes.io/zone': node.zone,
    // Kubelet adds it for the EBS CSI driver's node plugin, and the driver's volumes are tied to it.
    'topology.ebs.csi.aws.com/zone': node.zone,
    ...node.labels,
  };
  const room = { cpu: '1000', memory: '1Ti', pods: '1000' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels, annotations: node.kubelet === 'kwok' ? { [kwokAnnotation]: 'fake' } : {} },
    spec: node.providerId === undefined ? {} : { providerID: node.providerId },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.address },
        { type: 'Hostname', address: node.name },
      ],
      capacity: room,
      allocatable: room,
      conditions: [readyCondition(now)],
    },
  };
}

/** A node that registers without this is tainted as unreachable until the node lifecycle controller looks again, seconds later. */
function readyCondition(now: Date) {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  };
}
