import type { KubeApi } from '../../../scripts/rig/kube-api.ts';

/**
 * The DaemonSet by which people see that the Amazon VPC CNI runs. It has no pods: what the CNI does to a node the fabric does, for a node of kind
 * `vpcCni`.
 */
export async function createVpcCni(kube: Pick<KubeApi, 'admin'>): Promise<void> {
  const labels = { 'k8s-app': 'aws-node' };
  const template = {
    metadata: { labels },
    spec: { nodeSelector: { 'of-no-node': 'true' }, containers: [{ name: 'aws-node', image: 'localhost/none' }] },
  };
  await kube.admin('POST', '/apis/apps/v1/namespaces/kube-system/daemonsets', {
    metadata: { name: 'aws-node' },
    spec: { selector: { matchLabels: labels }, template },
  });
}
