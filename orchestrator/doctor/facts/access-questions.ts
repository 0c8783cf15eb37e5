import type { AccessQuestion } from '../../../common/ports/kube-objects.ts';
import { bounded } from '../../../common/runtime/bounded.ts';
import { clusterApplyRules, managerRules, type Rule } from '../../manifests/apply-access.ts';
import { retried } from '../../retried.ts';
import type { Reading } from '../prober.ts';

/** Questions at a time. */
const questionsAtOnce = 8;

/** Everything that the orchestrator asks of the API server. */
function accessQuestions(namespace: string): AccessQuestion[] {
  const inNamespace = managerRules.flatMap(questionsOf).map((one) => ({ ...one, namespace }));
  return [...inNamespace, ...clusterApplyRules.flatMap(questionsOf)];
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
