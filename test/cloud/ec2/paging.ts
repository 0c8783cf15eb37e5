import { createHash } from 'node:crypto';
import { Ec2Error, invalidValue } from './ec2-error.ts';
import type { QueryParams } from './query-params.ts';
import { field } from './xml-writer.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** the nextToken element, or nothing on the last page */
  readonly nextToken: string;
}

let calls = 0;

/**
 * One page of the list. EC2 promises no order, so each listing comes in another one; the token carries which, so that the
 * pages of one listing fit together.
 *
 * @param bounds allowed MaxResults, 5 to 1,000 for most operations (EC2 API reference)
 */
export function page<T extends { readonly id: string }>(
  items: readonly T[],
  params: QueryParams,
  bounds: { min: number; max: number; ids?: string },
): Page<T> {
  const size = params.number('MaxResults');
  const token = params.text('NextToken');
  if (size !== undefined && (size < bounds.min || size > bounds.max)) {
    throw invalidValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${bounds.min} and ${bounds.max}.`,
    );
  }
  if (size !== undefined && bounds.ids !== undefined && params.list(bounds.ids).length > 0) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      `The parameter ${bounds.ids} cannot be used with the parameter MaxResults`,
    );
  }
  calls += 1;
  const { salt, offset } = token === undefined ? { salt: String(calls), offset: 0 } : readToken(token);
  const ordered = [...items].sort((a, b) => (rank(salt, a.id) < rank(salt, b.id) ? -1 : 1));
  const end = size === undefined ? ordered.length : offset + size;
  const more = end < ordered.length ? Buffer.from(`${salt}:${end}`).toString('base64url') : undefined;
  return { items: ordered.slice(offset, end), nextToken: field('nextToken', more) };
}

const rank = (salt: string, id: string): string => createHash('sha256').update(`${salt} ${id}`).digest('hex');

function readToken(token: string): { salt: string; offset: number } {
  const match = /^(\d+):(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw new Ec2Error('InvalidPaginationToken', 'The specified pagination token is not valid');
  return { salt: match[1] ?? '', offset: Number(match[2]) };
}
