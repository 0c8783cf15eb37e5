import { serviceLabels } from '../../orchestrator/manifests/names.ts';
import { statefulSet } from '../../orchestrator/manifests/stateful-set.ts';
import type { Topology } from '../../test/cloud/topology.ts';
import type { FixedObject } from './kube-endpoint.ts';
import { definition, facts } from './service.ts';

/** What a cluster has that runs the service on the nodes of this topology: its StatefulSet and the nodes. */
export function kubeObjects({ instances, subnets }: Topology): FixedObject[] {
  const nodes = instances.map((instance): FixedObject => {
    const [first] = instance.interfaces;
    const zone = subnets.find(({ id }) => id === first?.subnetId)?.zone ?? '';
    const metadata = {
      ...alive(instance.tags?.['Name'] ?? instance.id),
      labels: { 'topology.kubernetes.io/zone': zone },
    };
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    const spec = { providerID: `aws:///${zone}/${instance.id}` };
    return { collection: '/api/v1/nodes', object: { apiVersion: 'v1', kind: 'Node', metadata, spec, status } };
  });
  const made = statefulSet(definition, facts, {
    kubeVersion: { major: 1, minor: 34 },
    vpcCni: 'absent',
    subnetLabel: undefined,
  });
  const replicas = definition.replicas;
  const set: FixedObject = {
    collection: `/apis/apps/v1/namespaces/${definition.namespace}/statefulsets`,
    object: { ...made, metadata: { ...made.metadata, ...alive(definition.name) }, status: { replicas } },
  };
  return [...nodes, set];
}

/** The labels that the StatefulSet gives to its pods. */
export const podLabels = serviceLabels(definition, facts);

function alive(name: string) {
  const creationTimestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  return { name, uid: `uid-of-${name}`, resourceVersion: '1', creationTimestamp };
}
