import { LayoutFault, objectAt } from '../codec/fields.ts';
import type { Row } from '../record-table.ts';

/** A ConfigMap as a row: its data, key fields included, and its resourceVersion. */
export type ConfigMap = Row;

/** @throws LayoutFault when the API server's reply is no ConfigMap. */
export function readConfigMap(reply: unknown): ConfigMap {
  const { metadata, data } = objectAt(reply, 'ConfigMap');
  const { resourceVersion } = objectAt(metadata, 'metadata');
  if (typeof resourceVersion !== 'string' || resourceVersion === '') {
    throw new LayoutFault('metadata.resourceVersion', 'is missing');
  }
  return { attributes: strings(data), version: resourceVersion };
}

/** One page of a list; `next` is empty on the last. @throws LayoutFault when the reply is no list of ConfigMaps. */
export function readConfigMapList(reply: unknown): { readonly items: readonly ConfigMap[]; readonly next: string } {
  const { metadata, items } = objectAt(reply, 'ConfigMapList');
  const next = objectAt(metadata, 'metadata')['continue'] ?? '';
  if (typeof next !== 'string') throw new LayoutFault('metadata.continue', 'is no string');
  // Go writes an empty list as null.
  if (items !== null && !Array.isArray(items)) throw new LayoutFault('items', 'is no list');
  return { items: (items ?? []).map(readConfigMap), next };
}

function strings(data: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(data, 'data'));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (typeof value !== 'string') throw new LayoutFault(`data.${name}`, 'is no string');
      return [name, value];
    }),
  );
}
