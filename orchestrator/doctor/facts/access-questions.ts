import type { AccessQuestion } from '../../../common/ports/kube-objects.ts';
import { bounded } from '../../../common/runtime/bounded.ts';
import { applyRules, clusterApplyRules } from '../../manifests/apply-access.ts';
import { retried } from '../../retried.ts';
import type { Reading } from '../prober.ts';

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the other commands need beside `firecamp apply`: tasks, and the last words of a container that did not start. */
const furtherRules: readonly Rule[] = [
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/** What the orchestrator does in the services' namespace, and outside of namespaces. */
export const accessRules: { readonly inNamespace: readonly Rule[]; readonly inCluster: readonly Rule[] } = {
  inNamespace: [...applyRules, ...furtherRules],
  inCluster: clusterApplyRules,
};

/** Questions at a time. */
const questionsAtOnce = 8;

/** Everything that the orchestrator asks of the API server. */
function accessQuestions(namespace: string): AccessQuestion[] {
  const inNamespace = accessRules.inNamespace.flatMap(questionsOf).map((one) => ({ ...one, namespace }));
  return [...inNamespace, ...accessRules.inCluster.flatMap(questionsOf)];
}

/** Those that the caller is refused, in words such as `create statefulsets.apps in namespace prod`. */
export async function refusedAccess(operation: Reading): Promise<string[]> {
  const { ports, settings, signal } = operation;
  const questions = accessQuestions(settings.namespace);
  const answers = await bounded(signal, questions, questionsAtOnce, async (question, joined) => {
    const may = await retried({ ports, signal: joined }, () => ports.kube.mayI(question, { signal: joined }));
    return may ? [] : [inWords(question)];
  });
  return answers.flat();
}

function questionsOf({ apiGroups, resources, verbs }: Rule): AccessQuestion[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((name) => {
      const [resource = '', subresource] = name.split('/');
      return verbs.map((verb) => ({ verb, group, resource, ...(subresource !== undefined && { subresource }) }));
    }),
  );
}

function inWords({ verb, group, resource, subresource, namespace }: AccessQuestion): string {
  const of = group === '' ? resource : `${resource}.${group}`;
  const part = subresource === undefined ? of : `${of}/${subresource}`;
  return `${verb} ${part}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}
