import { InvalidArgumentError } from 'commander';

/** A parser for commander of whole numbers in a range. */
export function wholeNumber(minimum: number, maximum: number): (given: string) => number {
  return (given) => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Needed is a whole number from ${minimum} to ${maximum}.`);
  };
}
