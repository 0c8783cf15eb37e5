import { everyObject, wholeAccount } from '../removal/everything.ts';
import type { OrchestratorWorld } from '../world.ts';

interface ConfigMaps {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: object };
    readonly data?: Readonly<Record<string, string>>;
  }[];
}

/**
 * What a creation has left in store, account and namespace, in one text for each thing; with what differs between two creations of the same
 * service taken out: ids, times, numbers of writes, the names given.
 */
export async function endState(world: OrchestratorWorld, service: string): Promise<string[]> {
  const { items } = (await world.kube.admin('GET', `/api/v1/namespaces/${world.namespace}/configmaps`)) as ConfigMaps;
  const records = items
    .filter(({ metadata }) => metadata.name.startsWith('firecamp-'))
    .map(({ metadata, data }) => JSON.stringify([metadata.name, metadata.labels, { ...data, Revision: '' }]));
  const uuid = /"ServiceUUID":"([0-9a-f]{32})"/.exec(records.join('\n'))?.[1] ?? 'no uuid';
  const { volumes, zones } = wholeAccount(world) as { volumes: readonly object[]; zones: readonly object[] };
  const account = [...volumes, ...zones].map((one) =>
    JSON.stringify(one, (key, value: unknown) => {
      if (['token', 'asked', 'createdAt', 'id'].includes(key)) return undefined;
      return value instanceof Map ? [...value].sort() : value;
    }),
  );
  const objects = (await everyObject(world))
    .filter((line) => line.includes(service))
    .map((line) => line.replace(/ [0-9a-f-]{36}$/, ''));
  const hex = Buffer.from(service).toString('hex');
  return [...records, ...account, ...objects]
    .map((text) =>
      text
        .replaceAll(uuid, 'UUID')
        .replaceAll(world.namespace, 'NAMESPACE')
        .replaceAll(hex, 'HEX')
        .replaceAll(service, 'SERVICE')
        .replace(/vol-[0-9a-f]{17}/g, 'VOLUME')
        .replace(/Z[0-9A-F]{20}/g, 'ZONE')
        .replace(/\\"LastModified\\":\d+/g, 'TIME')
        // Of texts that have the service's name in them.
        .replace(/\\"FileMD5\\":\\"[0-9a-f]{32}/g, 'MD5')
        .replace(/firecamp\/[0-9a-f-]+\/UUID/g, 'REFERENCE'),
    )
    .sort();
}
