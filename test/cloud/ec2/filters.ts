import { glob } from '../iam-policy.ts';
import { Ec2Error, invalidValue } from './ec2-error.ts';
import type { QueryParams } from './query-params.ts';

/** Filter name -> the values of an item that it looks at. */
export type FilterFields<T> = Readonly<Record<string, (item: T) => readonly string[]>>;

/**
 * The items that pass every `Filter.N`: one of its values matches one of the item's, with the wildcards * and ? (EC2 user
 * guide, "List and filter using the CLI and API"). `tag:<key>` and `tag-key` work on all that has tags.
 *
 * @throws Ec2Error InvalidParameterValue for a filter the operation does not have, FilterLimitExceeded over 200 values.
 */
export function filtered<T extends { readonly tags: ReadonlyMap<string, string> }>(
  items: readonly T[],
  params: QueryParams,
  fields: FilterFields<T>,
): T[] {
  const filters = params.structures('Filter').map((filter) => {
    const name = filter.required('Name');
    const values = filter.list('Value');
    if (values.length > 200) {
      throw new Ec2Error(
        'FilterLimitExceeded',
        `The maximum number of filter values specified on a single call is 200`,
      );
    }
    return { values, read: reader(name, fields) };
  });
  return items.filter((item) =>
    filters.every(({ values, read }) => read(item).some((given) => values.some((wanted) => matches(wanted, given)))),
  );
}

function reader<T extends { readonly tags: ReadonlyMap<string, string> }>(name: string, fields: FilterFields<T>) {
  if (name === 'tag-key') return (item: T) => [...item.tags.keys()];
  if (name.startsWith('tag:')) return (item: T) => [item.tags.get(name.slice(4)) ?? []].flat();
  const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!read) throw invalidValue(`The filter '${name}' is invalid`);
  return read;
}

/** A backslash takes a wildcard its meaning; then only plain text is left to compare. */
function matches(wanted: string, given: string): boolean {
  return wanted.includes('\\') ? wanted.replaceAll(/\\([*?\\])/g, '$1') === given : glob(wanted, given);
}
