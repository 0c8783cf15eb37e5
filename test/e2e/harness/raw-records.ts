import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { defaultPrincipal } from '../../cloud/topology.ts';
import type { TestService } from './service.ts';
import { cluster, type World } from './world.ts';

/** The records of a service as its store keeps them, past the product's own code. */
export interface RawRecords extends Disposable {
  /** What is stored under this attribute name now; undefined when nothing is. */
  read(kind: RawKind, attribute: string): Promise<string | undefined>;
  /** Stores this text under the attribute name; undefined takes the attribute away. */
  write(kind: RawKind, attribute: string, value: string | undefined): Promise<void>;
}

/** The records that a claim of the service's first member reads; `configFile` is the one of this file id. */
export type RawKind = 'serviceAttr' | 'member' | 'staticIp' | { readonly configFile: string };

/** Opens the store of the service with the administrator's means. */
export function openRawRecords(world: World, service: TestService): RawRecords {
  return service.dbType === 'clouddb' ? dynamoItems(service) : configMaps(world, service);
}

function dynamoItems(service: TestService): RawRecords {
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: defaultPrincipal });
  const TableName = `${cluster}-firecamp-table`;
  const item = async (kind: RawKind) => {
    const [partition, sort] = dynamoKey(service, kind);
    const Key = { PartitionKey: { S: partition }, SortKey: { S: sort } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    if (Item === undefined) throw new Error(`There is no item ${partition} ${sort}.`);
    return Item;
  };
  return {
    async read(kind, attribute) {
      const value = (await item(kind))[attribute];
      return value?.S ?? value?.N ?? (value?.B && Buffer.from(value.B).toString('utf8'));
    },
    async write(kind, attribute, value) {
      const { [attribute]: _old, ...rest } = await item(kind);
      const written: Record<string, AttributeValue> =
        value === undefined ? {} : { [attribute]: typed(attribute, value) };
      await client.send(new PutItemCommand({ TableName, Item: { ...rest, ...written } }));
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** As FireCamp types them: JSON is binary. */
function typed(attribute: string, value: string): AttributeValue {
  return /(Meta|Spec)$/.test(attribute) ? { B: Buffer.from(value) } : { S: value };
}

function dynamoKey(service: TestService, kind: RawKind): readonly [string, string] {
  const { uuid, name, addresses } = service;
  if (typeof kind === 'object') return [`ConfigKey-${uuid}`, kind.configFile];
  if (kind === 'serviceAttr') return [`ServiceAttrKey-${uuid}`, 'ServiceAttrKey-'];
  return kind === 'member'
    ? [`ServiceMemberKey-${uuid}`, `${name}-0`]
    : [`StaticIPKey-${addresses[0]}`, 'StaticIPKey-'];
}

function configMaps(world: World, service: TestService): RawRecords {
  type ConfigMap = { readonly data: Readonly<Record<string, string>> };
  const path = (kind: RawKind) => `/api/v1/namespaces/${world.namespace}/configmaps/${configMapName(service, kind)}`;
  const get = async (kind: RawKind) => (await world.api.admin('GET', path(kind))) as ConfigMap;
  return {
    read: async (kind, attribute) => (await get(kind)).data[attribute],
    async write(kind, attribute, value) {
      const map = await get(kind);
      const { [attribute]: _old, ...rest } = map.data;
      const data = value === undefined ? rest : { ...rest, [attribute]: value };
      await world.api.admin('PUT', path(kind), { ...map, data });
    },
    [Symbol.dispose]: () => undefined,
  };
}

function configMapName(service: TestService, kind: RawKind): string {
  const { uuid, name, addresses } = service;
  if (typeof kind === 'object') return `firecamp-configfile-${uuid}-${kind.configFile}`;
  if (kind === 'serviceAttr') return `firecamp-serviceattr-${uuid}`;
  return kind === 'member' ? `firecamp-servicemember-${uuid}-${name}-0` : `firecamp-staticip-${addresses[0]}`;
}
