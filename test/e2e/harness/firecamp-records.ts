import { createHash } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { defaultPrincipal } from '../../cloud/topology.ts';
import type { DbType } from './orchestrated-world.ts';
import { cluster, type World } from './world.ts';

/** A member as FireCamp left it: running on an instance, whose interface has its address. */
export interface FirecampMember {
  readonly zone: string;
  readonly ip: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly volumeId: string;
  /** By file name. */
  readonly configs: Readonly<Record<string, string>>;
}

/** A service as FireCamp 1.0 made it. */
export interface FirecampService {
  readonly name: string;
  readonly uuid: string;
  readonly domain: string;
  /** As Route 53 answers it, with its path: so FireCamp keeps it. */
  readonly hostedZoneId: string;
  readonly configs: Readonly<Record<string, string>>;
  readonly members: readonly FirecampMember[];
}

/** One record in both databases' forms: what both store by the same names, and how each finds it. */
interface FirecampRecord {
  readonly attributes: Readonly<Record<string, string>>;
  readonly item: { readonly PartitionKey: string; readonly SortKey: string };
  readonly map: { readonly name: string; readonly label: string; readonly data: Readonly<Record<string, string>> };
}

/** Times of FireCamp: nanoseconds, which no JavaScript number holds. */
const modified = '1537209600123456789';

/**
 * The records of the service, written by hand after FireCamp's structs (github.com/cloudstax/firecamp, api/common/service.go) and stores
 * (pkg/db). At every place where a later version may have added a field, one is there that nobody knows: `Future…`.
 */
export function firecampRecords(service: FirecampService): FirecampRecord[] {
  return [
    deviceRecord(service),
    serviceRecord(service),
    attrRecord(service),
    ...configRecords(service, service.name, service.configs),
    ...service.members.flatMap((member, ordinal) => [
      memberRecord(service, member, ordinal),
      addressRecord(service, member),
      ...configRecords(service, `${service.name}-${ordinal}`, member.configs),
    ]),
  ];
}

function deviceRecord({ name }: FirecampService): FirecampRecord {
  return {
    attributes: { ServiceName: name },
    item: { PartitionKey: `DeviceKey-${cluster}`, SortKey: '/dev/xvdf' },
    map: {
      name: `firecamp-device-${hex(cluster)}-${hex('/dev/xvdf')}`,
      label: 'device',
      data: { ClusterName: cluster, DeviceName: '/dev/xvdf' },
    },
  };
}

function serviceRecord({ name, uuid }: FirecampService): FirecampRecord {
  return {
    attributes: { ServiceUUID: uuid },
    item: { PartitionKey: `ServiceKey-${cluster}`, SortKey: name },
    map: {
      name: `firecamp-service-${hex(cluster)}-${hex(name)}`,
      label: 'service',
      data: { ClusterName: cluster, ServiceName: name },
    },
  };
}

function attrRecord({ name, uuid, domain, hostedZoneId, configs, members }: FirecampService): FirecampRecord {
  const volume = (VolumeType: string, VolumeSizeGB: number) => ({
    ...{ VolumeType, VolumeSizeGB, Iops: 0, Encrypted: false, FutureVolume: `${VolumeType} volume` },
  });
  const spec = {
    ...{ Replicas: members.length },
    Resource: { MaxCPUUnits: 0, ReserveCPUUnits: 256, MaxMemMB: 0, ReserveMemMB: 256, FutureResource: 'resource' },
    ...{ RegisterDNS: true, DomainName: domain, HostedZoneID: hostedZoneId, RequireStaticIP: true },
    ServiceConfigs: configIds(name, configs),
    CatalogServiceType: 'redis',
    Volumes: {
      ...{ PrimaryDeviceName: '/dev/xvdf', PrimaryVolume: volume('gp2', 20) },
      ...{ JournalDeviceName: '', JournalVolume: volume('', 0), FutureVolumes: 'volumes' },
    },
    FutureSpec: { number: '@big', list: [null, 'é<'] },
  };
  const meta = { ...{ ClusterName: cluster, ServiceName: name, LastModified: '@time' } };
  return {
    attributes: {
      Revision: '4',
      ServiceMeta: goJson({ ...meta, ServiceType: 'stateful', ServiceStatus: 'ACTIVE', FutureMeta: '@big' }),
      ServiceSpec: goJson(spec),
    },
    item: { PartitionKey: `ServiceAttrKey-${uuid}`, SortKey: 'ServiceAttrKey-' },
    map: { name: `firecamp-serviceattr-${uuid}`, label: 'serviceattr', data: { ServiceUUID: uuid } },
  };
}

function memberRecord({ name, uuid }: FirecampService, member: FirecampMember, ordinal: number): FirecampRecord {
  const memberName = `${name}-${ordinal}`;
  const { zone, ip, instanceId, volumeId, configs } = member;
  const spec = {
    ...{ AvailableZone: zone, TaskID: 'defaultTaskID', ContainerInstanceID: 'defaultContainerInstanceID' },
    ServerInstanceID: instanceId,
    Volumes: {
      ...{ PrimaryVolumeID: volumeId, PrimaryDeviceName: '/dev/xvdf', JournalVolumeID: '', JournalDeviceName: '' },
      FutureMemberVolumes: memberName,
    },
    ...{ StaticIP: ip, Configs: configIds(memberName, configs), FutureMemberSpec: [memberName] },
  };
  return {
    attributes: {
      Revision: '1',
      MemberMeta: goJson({ LastModified: '@time', Status: 'ACTIVE', FutureMemberMeta: memberName }),
      MemberSpec: goJson(spec),
    },
    item: { PartitionKey: `ServiceMemberKey-${uuid}`, SortKey: memberName },
    map: {
      name: `firecamp-servicemember-${uuid}-${memberName}`,
      label: `firecamp-servicemember-${uuid}`,
      data: { ServiceUUID: uuid, MemberName: memberName },
    },
  };
}

function addressRecord({ uuid }: FirecampService, member: FirecampMember): FirecampRecord {
  const { ip, zone, instanceId, interfaceId } = member;
  const spec = {
    ...{ ServiceUUID: uuid, AvailableZone: zone, ServerInstanceID: instanceId, NetworkInterfaceID: interfaceId },
    FutureAddress: { of: ip, number: '@big' },
  };
  return {
    attributes: { Revision: '2', StaticIPSpec: goJson(spec) },
    item: { PartitionKey: `StaticIPKey-${ip}`, SortKey: 'StaticIPKey-' },
    map: { name: `firecamp-staticip-${ip}`, label: `firecamp-staticip-${uuid}`, data: { StaticIP: ip } },
  };
}

function configRecords({ uuid }: FirecampService, owner: string, configs: FirecampMember['configs']): FirecampRecord[] {
  return Object.entries(configs).map(([FileName, Content]) => {
    const fileId = idOf(owner, FileName);
    return {
      attributes: {
        Revision: '1',
        ConfigFileMeta: goJson({ FileName, LastModified: '@time', FutureFileMeta: FileName }),
        ConfigFileSpec: goJson({ FileMode: 0o600, FileMD5: md5(Content), Content, FutureFileSpec: FileName }),
      },
      item: { PartitionKey: `ConfigKey-${uuid}`, SortKey: fileId },
      map: {
        name: `firecamp-configfile-${uuid}-${fileId}`,
        label: `firecamp-configfile-${uuid}`,
        data: { ServiceUUID: uuid, ConfigFileID: fileId },
      },
    };
  });
}

/** An empty Go list is written `null`. */
function configIds(owner: string, configs: FirecampMember['configs']) {
  const ids = Object.entries(configs).map(([FileName, content]) => {
    return { FileName, FileID: idOf(owner, FileName), FileMD5: md5(content), FutureConfig: `${owner} ${FileName}` };
  });
  return ids.length === 0 ? null : ids;
}

function idOf(owner: string, fileName: string): string {
  return `${owner}-${md5(fileName)}-0`;
}

/** As Go writes JSON: no blanks, and <, > and & escaped. */
function goJson(value: object): string {
  const text = JSON.stringify(value).replaceAll('"@time"', modified).replaceAll('"@big"', '9007199254740993');
  return text.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Stores them past the product's own code. */
export async function storeFirecampRecords(
  { api }: Pick<World, 'api'>,
  dbType: DbType,
  namespace: string,
  records: readonly FirecampRecord[],
): Promise<void> {
  if (dbType === 'k8sdb') {
    for (const { attributes, map } of records) {
      const metadata = { name: map.name, labels: { firecamp: map.label } };
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      await api.admin('POST', path, { metadata, data: { ...map.data, ...attributes } });
    }
    return;
  }
  const client = dynamoDb();
  for (const { attributes, item } of records) {
    const Item = Object.fromEntries(Object.entries({ ...item, ...attributes }).map(typed));
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  client.destroy();
}

const table = `${cluster}-firecamp-table`;

function dynamoDb(): DynamoDBClient {
  return new DynamoDBClient({ region: 'us-east-1', credentials: defaultPrincipal });
}

function typed([name, text]: [string, string]): [string, AttributeValue] {
  if (name === 'Revision') return [name, { N: text }];
  return [name, /(Meta|Spec)$/.test(name) ? { B: Buffer.from(text) } : { S: text }];
}

/** Every `"Future…":value` of the database, in the order of its text, with the record that has it. */
export async function futureFields({ api }: Pick<World, 'api'>, dbType: DbType, namespace: string): Promise<string[]> {
  const found = /"Future\w+":("[^"]*"|\d+|\[[^\]]*\]|\{[^}]*\})/g;
  const all = dbType === 'k8sdb' ? await mapTexts(api, namespace) : await itemTexts();
  return all.flatMap(([name, text]) => (text.match(found) ?? []).map((field) => `${name} ${field}`)).sort();
}

async function mapTexts(api: World['api'], namespace: string): Promise<[string, string][]> {
  const maps = await api.admin('GET', `/api/v1/namespaces/${namespace}/configmaps`);
  const { items } = maps as { items: { metadata: { name: string }; data: Record<string, string> }[] };
  return items.map(({ metadata, data }) => [metadata.name, Object.values(data).join(' ')]);
}

async function itemTexts(): Promise<[string, string][]> {
  const client = dynamoDb();
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  client.destroy();
  return Items.map(({ PartitionKey, SortKey, ...rest }) => {
    const texts = Object.values(rest).map(({ S, B }) => S ?? Buffer.from(B ?? []).toString('utf8'));
    return [`${PartitionKey?.S} ${SortKey?.S}`, texts.join(' ')];
  });
}
