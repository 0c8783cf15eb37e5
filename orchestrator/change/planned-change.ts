import { attributesChange } from '../creation/attributes-change.ts';
import { memberDnsName } from '../creation/member-names.ts';
import { plannedChanges } from '../creation/planned-changes.ts';
import type { Survey } from '../creation/survey.ts';
import { kinds } from '../objects/kinds.ts';
import type { Change, Operation } from '../operation.ts';
import { definitionDifferences } from '../records/definition-differences.ts';
import { dropNames } from './drop-names.ts';
import type { ServiceChange } from './service-change.ts';

/** What a change would do outside Kubernetes. */
export async function plannedChange(
  operation: Operation,
  { view, was, is }: ServiceChange,
  survey: Survey,
): Promise<Change[]> {
  const { attr, members } = view;
  const grows = is.replicas > attr.record.replicas;
  const grown = grows ? await plannedChanges(operation, is, view, survey) : [];
  const isNew = was === undefined || definitionDifferences(was, is).length > 0;
  const named = is.registerDns && !(was?.registerDns ?? attr.record.registerDns);
  const names = [...members].flatMap(([ordinal, { record }]): Change[] => {
    if (!named || ordinal >= is.replicas || record.staticIp === '') return [];
    return [{ action: 'create', kind: 'DNS record', name: memberDnsName(record.memberName, is.domain) }];
  });
  return [
    ...(await dropNames(operation, view, was, is)),
    ...grown.filter(({ kind }) => !(kind in kinds)),
    ...names,
    ...(isNew ? [attributesChange(was, is)] : []),
  ];
}
