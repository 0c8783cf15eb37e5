import type { ServiceDefinition } from './service-definition.ts';

/**
 * A StatefulSet's pods carry <name>-<hash of ten> as a label, and a label has at most 63 characters (kubernetes/kubernetes issue 64023).
 */
export const longestStatefulName = 52;

/** What is allowed and will go wrong all the same, a sentence each. */
export function definitionWarnings(service: Pick<ServiceDefinition, 'name' | 'type'>): readonly string[] {
  if (service.type !== 'stateful' || service.name.length <= longestStatefulName) return [];
  return [
    `The name ${service.name} has ${service.name.length} characters: Kubernetes cannot start pods of a StatefulSet whose name has more than ${longestStatefulName}, because it writes the name and a hash into a label of at most 63.`,
  ];
}
