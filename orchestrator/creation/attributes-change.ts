import type { ServiceDefinition } from '../definition/service-definition.ts';
import { volumesOf } from '../manifests/volumes-of-service.ts';
import type { Change } from '../operation.ts';

/** The change of a service's attributes to another definition, with what it does not do. */
export function attributesChange(was: ServiceDefinition | undefined, is: ServiceDefinition): Change {
  const change = { action: 'update', kind: 'record', name: `attributes of ${is.name}` } as const;
  const renamed = was !== undefined && was.kubernetesCluster !== is.kubernetesCluster && volumesOf(is).length > 0;
  if (!renamed) return change;
  const detail = `kubernetesCluster: ${was.kubernetesCluster} → ${is.kubernetesCluster}, in the tags of new volumes only`;
  return { ...change, detail };
}
