import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { toItem } from './item-layout.ts';

/** Parts of a request that name attributes by placeholders, since some names may be reserved words. */
export interface Expression {
  readonly text: string;
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
}

/** True when all these attributes still have these values. */
export function unchanged(attributes: RecordAttributes): Expression {
  return expression(attributes, 'c', ' AND ');
}

/** Gives these attributes these values. */
export function assignments(attributes: RecordAttributes): Expression {
  return expression(attributes, 'n', ', ');
}

function expression(attributes: RecordAttributes, prefix: string, separator: string): Expression {
  const items = Object.entries(toItem(attributes));
  return {
    text: items.map((_, index) => `#${prefix}${index} = :${prefix}${index}`).join(separator),
    names: Object.fromEntries(items.map(([name], index) => [`#${prefix}${index}`, name])),
    values: Object.fromEntries(items.map(([, value], index) => [`:${prefix}${index}`, value])),
  };
}
