import { InvalidArgumentError } from 'commander';

/** Several values of one flag, separated by commas or by giving it again; not by spaces, which would take the arguments in. For commander. */
export function several(given: string, before: readonly string[] | undefined): readonly string[] {
  const values = given.split(',').map((value) => value.trim());
  if (values.includes('')) throw new InvalidArgumentError('Needed are values separated by commas.');
  return [...(before ?? []), ...values];
}
