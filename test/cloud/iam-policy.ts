import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import type { AuthorizedResource } from './service.ts';

/**
 * Does the policy allow the action on every one of the resources? An explicit Deny wins over any Allow, and what nothing
 * allows is denied (IAM user guide, "Policy evaluation logic").
 *
 * @throws Error for a condition operator that is not simulated: a policy half enforced would prove nothing.
 */
export function isAllowed(
  policy: PolicyDocument | undefined,
  action: string,
  resources: readonly AuthorizedResource[],
): boolean {
  if (policy === undefined) return true;
  const statements = list(policy.Statement);
  return resources.every((resource) => {
    const matching = statements.filter((statement) => applies(statement, action, resource));
    return matching.some((item) => item.Effect === 'Allow') && !matching.some((item) => item.Effect === 'Deny');
  });
}

function applies(statement: PolicyStatement, action: string, resource: AuthorizedResource): boolean {
  const names = (patterns: string | readonly string[]) => list(patterns).some((item) => glob(item, action, 'i'));
  const covers = (patterns: string | readonly string[]) => list(patterns).some((item) => glob(item, resource.arn));
  if (statement.Action !== undefined && !names(statement.Action)) return false;
  if (statement.NotAction !== undefined && names(statement.NotAction)) return false;
  if (statement.Resource !== undefined && !covers(statement.Resource)) return false;
  if (statement.NotResource !== undefined && covers(statement.NotResource)) return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, list(wanted), contextValues(resource, key))),
  );
}

/** Condition keys are case-insensitive, tag keys in them as well (IAM user guide, "Condition"). */
function contextValues(resource: AuthorizedResource, key: string): readonly string[] | undefined {
  const name = Object.keys(resource.context).find((item) => item.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : resource.context[name];
}

const comparisons: Readonly<Record<string, (wanted: string, given: string) => boolean>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  StringLike: (wanted, given) => glob(wanted, given),
  ArnEquals: (wanted, given) => glob(wanted, given),
  ArnLike: (wanted, given) => glob(wanted, given),
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
};

function holds(operator: string, wanted: readonly string[], given: readonly string[] | undefined): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === 'Null') return wanted.includes(String(given === undefined || given.length === 0));
  const negated = /^(String|Arn)Not/.test(name);
  const compare = comparisons[name.replace('Not', '')];
  if (!compare) throw new Error(`the simulated IAM has no condition operator ${operator}`);
  const matches = (value: string) => wanted.some((item) => compare(item, value)) !== negated;
  if (given === undefined || given.length === 0) {
    // A missing key fails a positive operator, passes a negated one, and passes ForAllValues (IAM user guide).
    return ifExists !== undefined || set === 'ForAllValues' || (negated && set === undefined);
  }
  return set === 'ForAllValues' ? given.every(matches) : given.some(matches);
}

/** IAM wildcards: `*` is any text, `?` one character. */
export function glob(pattern: string, text: string, flags = ''): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`).test(text);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
