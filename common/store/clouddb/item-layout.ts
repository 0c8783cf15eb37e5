import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { ListScope } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';

/*
 * One item a record, with FireCamp's keys and attribute types (github.com/cloudstax/firecamp, pkg/db/awsdynamodb).
 */

/** A DynamoDB item. */
export type Item = Readonly<Record<string, AttributeValue>>;

interface Placing<K extends RecordKind> {
  keys(key: KeyOf[K], cluster: string): readonly [partition: string, sort: string];
  /**
   * The attributes that a compare-and-set compares. Revision alone would take a record that was deleted and made anew for the one that
   * was read. A config file never changes, so its content is not sent back.
   */
  readonly compared: readonly string[];
}

const placings: { readonly [K in RecordKind]: Placing<K> } = {
  device: {
    keys: ({ deviceName }, cluster) => [`DeviceKey-${cluster}`, deviceName],
    compared: ['ServiceName'],
  },
  service: {
    keys: ({ serviceName }, cluster) => [`ServiceKey-${cluster}`, serviceName],
    compared: ['ServiceUUID'],
  },
  serviceAttr: {
    keys: ({ serviceUuid }) => [`ServiceAttrKey-${serviceUuid}`, 'ServiceAttrKey-'],
    compared: ['Revision', 'ServiceMeta', 'ServiceSpec'],
  },
  member: {
    keys: ({ serviceUuid, memberName }) => [`ServiceMemberKey-${serviceUuid}`, memberName],
    compared: ['Revision', 'MemberMeta', 'MemberSpec'],
  },
  configFile: {
    keys: ({ serviceUuid, fileId }) => [`ConfigKey-${serviceUuid}`, fileId],
    compared: ['Revision', 'ConfigFileMeta'],
  },
  staticIp: {
    keys: ({ ip }) => [`StaticIPKey-${ip}`, 'StaticIPKey-'],
    compared: ['Revision', 'StaticIPSpec'],
  },
};

const comparedNames = new Set(Object.values(placings).flatMap(({ compared }) => compared));

/** Name of a cluster's table. */
export function tableName(cluster: string): string {
  return `${cluster}-firecamp-table`;
}

/** The primary key of a record's item. */
export function itemKey<K extends RecordKind>(kind: K, key: KeyOf[K], cluster: string): Item {
  const [partition, sort] = placings[kind].keys(key, cluster);
  return { PartitionKey: { S: partition }, SortKey: { S: sort } };
}

/** A record's attributes as DynamoDB types them. */
export function toItem(attributes: RecordAttributes): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typed(name, value)]));
}

function typed(name: string, value: string): AttributeValue {
  const type = typeOf(name);
  if (type === 'N') return { N: value };
  return type === 'S' ? { S: value } : { B: Buffer.from(value, 'utf8') };
}

function typeOf(name: string): 'N' | 'S' | 'B' {
  if (name === 'Revision') return 'N';
  return name === 'ServiceName' || name === 'ServiceUUID' ? 'S' : 'B';
}

/** The attributes of an item beside its key. @throws LayoutFault when one is none of a record. */
export function fromItem(item: Item): RecordAttributes {
  const entries = Object.entries(item).filter(([name]) => name !== 'PartitionKey' && name !== 'SortKey');
  return Object.fromEntries(entries.map(([name, value]) => [name, untyped(name, value)]));
}

function untyped(name: string, value: AttributeValue): string {
  const [type] = Object.keys(value);
  // Read all the same it would never pass a compare-and-set: DynamoDB compares types too.
  if (comparedNames.has(name) && type !== typeOf(name)) {
    throw new LayoutFault(name, `has DynamoDB's type ${type}, not ${typeOf(name)}`);
  }
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return value.N;
  if (value.B === undefined) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.B);
  } catch (cause) {
    throw new LayoutFault(name, 'is no UTF-8', { cause });
  }
}

/** What a later compare-and-set of this record compares, as the opaque version of the store's port. */
export function versionOf(kind: RecordKind, attributes: RecordAttributes): string {
  return JSON.stringify(placings[kind].compared.map((name) => [name, attributes[name] ?? '']));
}

/** The attributes in a version. */
export function comparedIn(version: string): RecordAttributes {
  const entries: unknown = JSON.parse(version);
  return Array.isArray(entries) ? Object.fromEntries(entries) : {};
}

const partitions: {
  readonly [K in keyof ListScope]: {
    partition(scope: ListScope[K], cluster: string): string;
    key(sort: string, scope: ListScope[K]): KeyOf[K];
  };
} = {
  device: { partition: (_, cluster) => `DeviceKey-${cluster}`, key: (deviceName) => ({ deviceName }) },
  service: { partition: (_, cluster) => `ServiceKey-${cluster}`, key: (serviceName) => ({ serviceName }) },
  member: {
    partition: ({ serviceUuid }) => `ServiceMemberKey-${serviceUuid}`,
    key: (memberName, { serviceUuid }) => ({ serviceUuid, memberName }),
  },
  configFile: {
    partition: ({ serviceUuid }) => `ConfigKey-${serviceUuid}`,
    key: (fileId, { serviceUuid }) => ({ serviceUuid, fileId }),
  },
};

/** The partition that holds all records of a scope. */
export function partitionOf<K extends keyof ListScope>(kind: K, scope: ListScope[K], cluster: string): string {
  return partitions[kind].partition(scope, cluster);
}

/** Key of a record found in `partitionOf`. */
export function keyInPartition<K extends keyof ListScope>(kind: K, item: Item, scope: ListScope[K]): KeyOf[K] {
  return partitions[kind].key(item['SortKey']?.S ?? '', scope);
}
