import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';
import { assignments, unchanged } from './condition.ts';
import { comparedIn, itemKey, toItem } from './item-layout.ts';

/** The table, and the cluster that its keys name. */
interface Place {
  readonly tableName: string;
  readonly cluster: string;
}

/** Asks a lost condition to tell what it met, so that the loser needs no second request. */
const tellWinner = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/*
 * The conditional writes of one item, in the form that they have as a request and as part of a transaction.
 */

/** A Put of an item that must not exist. */
export function insertion<K extends RecordKind>(place: Place, kind: K, key: KeyOf[K], attributes: RecordAttributes) {
  return {
    TableName: place.tableName,
    Item: { ...itemKey(kind, key, place.cluster), ...toItem(attributes) },
    ConditionExpression: 'attribute_not_exists(PartitionKey)',
    ...tellWinner,
  };
}

/** An Update of an item that must still have this version. */
export function replacement<K extends RecordKind>(
  place: Place,
  kind: K,
  key: KeyOf[K],
  version: string,
  attributes: RecordAttributes,
) {
  const condition = unchanged(comparedIn(version));
  const change = assignments(attributes);
  return {
    TableName: place.tableName,
    Key: itemKey(kind, key, place.cluster),
    UpdateExpression: `SET ${change.text}`,
    ConditionExpression: condition.text,
    ExpressionAttributeNames: { ...condition.names, ...change.names },
    ExpressionAttributeValues: { ...condition.values, ...change.values },
    ...tellWinner,
  };
}

/** A Delete of an item that must still have this version. */
export function removal<K extends RecordKind>(place: Place, kind: K, key: KeyOf[K], version: string) {
  const condition = unchanged(comparedIn(version));
  return {
    TableName: place.tableName,
    Key: itemKey(kind, key, place.cluster),
    ConditionExpression: condition.text,
    ExpressionAttributeNames: condition.names,
    ExpressionAttributeValues: condition.values,
    ...tellWinner,
  };
}
