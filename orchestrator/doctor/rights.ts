import { listAt } from '../definition/field-reader.ts';

/** One verb on one kind of thing, as a rule of a Role allows it (rbac.authorization.k8s.io/v1, PolicyRule). */
interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Empty: whatever they are called. */
  readonly names: string;
}

/** What the first role allows and the second does not, in words such as `patch configmaps`; `*` stands for all, the order for nothing. */
export function rightsBeyond(role: unknown, other: unknown): string[] {
  const those = rightsOf(other);
  const beyond = rightsOf(role).filter((right) => !those.some((one) => covers(one, right)));
  return beyond.map(({ verb, group, resource, names }) => {
    return `${verb} ${group === '' ? resource : `${resource}.${group}`}${names === '' ? '' : ` ${names}`}`;
  });
}

function rightsOf(role: unknown): Right[] {
  return listAt(role, 'rules').flatMap((rule) => {
    const all = (field: string) => listAt(rule, field).map(String);
    const names = all('resourceNames').toSorted().join(',');
    return all('apiGroups').flatMap((group) =>
      all('resources').flatMap((resource) => all('verbs').map((verb) => ({ verb, group, resource, names }))),
    );
  });
}

function covers(one: Right, other: Right): boolean {
  const is = (field: 'verb' | 'group' | 'resource') => one[field] === '*' || one[field] === other[field];
  return is('verb') && is('group') && is('resource') && (one.names === '' || one.names === other.names);
}
