import type { KeyOf, RecordKind } from '../../domain/records.ts';
import type { ListScope } from '../../ports/record-store.ts';
import { LayoutFault } from '../codec/fields.ts';
import type { RecordAttributes } from '../codec/record-layout.ts';

/*
 * One ConfigMap a record, as FireCamp names and labels them (github.com/cloudstax/firecamp, pkg/db/k8sconfigdb).
 */

/** What a ConfigMap of FireCamp consists of, beside what Kubernetes adds. */
export interface RecordConfigMap {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

interface Naming<K extends RecordKind> {
  name(key: KeyOf[K], cluster: string): string;
  label(key: KeyOf[K], attributes: RecordAttributes): string;
  /** The key fields, which stand in the data beside the attributes. */
  keyData(key: KeyOf[K], cluster: string): Readonly<Record<string, string>>;
}

const namings: { readonly [K in RecordKind]: Naming<K> } = {
  device: {
    name: ({ deviceName }, cluster) => `firecamp-device-${hex(cluster)}-${hex(deviceName)}`,
    label: () => 'device',
    keyData: ({ deviceName }, cluster) => ({ ClusterName: cluster, DeviceName: deviceName }),
  },
  service: {
    name: ({ serviceName }, cluster) => `firecamp-service-${hex(cluster)}-${hex(serviceName)}`,
    label: () => 'service',
    keyData: ({ serviceName }, cluster) => ({ ClusterName: cluster, ServiceName: serviceName }),
  },
  serviceAttr: {
    name: ({ serviceUuid }) => `firecamp-serviceattr-${serviceUuid}`,
    label: () => 'serviceattr',
    keyData: ({ serviceUuid }) => ({ ServiceUUID: serviceUuid }),
  },
  member: {
    name: ({ serviceUuid, memberName }) => `firecamp-servicemember-${serviceUuid}-${memberName}`,
    label: ({ serviceUuid }) => `firecamp-servicemember-${serviceUuid}`,
    keyData: ({ serviceUuid, memberName }) => ({ ServiceUUID: serviceUuid, MemberName: memberName }),
  },
  configFile: {
    name: ({ serviceUuid, fileId }) => `firecamp-configfile-${serviceUuid}-${fileId}`,
    label: ({ serviceUuid }) => `firecamp-configfile-${serviceUuid}`,
    keyData: ({ serviceUuid, fileId }) => ({ ServiceUUID: serviceUuid, ConfigFileID: fileId }),
  },
  staticIp: {
    name: ({ ip }) => `firecamp-staticip-${ip}`,
    label: (_, attributes) => `firecamp-staticip-${ownerOf(attributes)}`,
    keyData: ({ ip }) => ({ StaticIP: ip }),
  },
};

/** Name of the ConfigMap of a record. */
export function configMapName<K extends RecordKind>(kind: K, key: KeyOf[K], cluster: string): string {
  return namings[kind].name(key, cluster);
}

/** The ConfigMap of a record. */
export function configMapOf<K extends RecordKind>(
  kind: K,
  key: KeyOf[K],
  attributes: RecordAttributes,
  cluster: string,
): RecordConfigMap {
  const naming = namings[kind];
  return {
    name: naming.name(key, cluster),
    labels: { firecamp: naming.label(key, attributes) },
    data: { ...naming.keyData(key, cluster), ...attributes },
  };
}

const listings: {
  readonly [K in keyof ListScope]: {
    label(scope: ListScope[K]): string;
    /** The key fields by which a listed ConfigMap is known. */
    key(data: Readonly<Record<string, string>>, scope: ListScope[K]): KeyOf[K];
  };
} = {
  device: { label: () => 'device', key: (data) => ({ deviceName: field(data, 'DeviceName') }) },
  service: { label: () => 'service', key: (data) => ({ serviceName: field(data, 'ServiceName') }) },
  member: {
    label: ({ serviceUuid }) => `firecamp-servicemember-${serviceUuid}`,
    key: (data, { serviceUuid }) => ({ serviceUuid, memberName: field(data, 'MemberName') }),
  },
  configFile: {
    label: ({ serviceUuid }) => `firecamp-configfile-${serviceUuid}`,
    key: (data, { serviceUuid }) => ({ serviceUuid, fileId: field(data, 'ConfigFileID') }),
  },
};

/** Label selector that finds the records of a scope. */
export function listSelector<K extends keyof ListScope>(kind: K, scope: ListScope[K]): string {
  return `firecamp=${listings[kind].label(scope)}`;
}

/** Label selector that finds the address records of a service. */
export function addressSelector(serviceUuid: string): string {
  return `firecamp=firecamp-staticip-${serviceUuid}`;
}

/** Key of a record found by `listSelector`. @throws LayoutFault when the ConfigMap does not say it. */
export function keyOfListed<K extends keyof ListScope>(
  kind: K,
  data: Readonly<Record<string, string>>,
  scope: ListScope[K],
): KeyOf[K] {
  return listings[kind].key(data, scope);
}

function field(data: Readonly<Record<string, string>>, name: string): string {
  const value = data[name];
  if (value === undefined || value === '') throw new LayoutFault(name, 'is missing');
  return value;
}

/** The label of an address names its service, which is inside the spec. */
function ownerOf(attributes: RecordAttributes): string {
  const spec: unknown = JSON.parse(attributes['StaticIPSpec'] ?? '{}');
  const uuid = typeof spec === 'object' && spec !== null && 'ServiceUUID' in spec ? spec.ServiceUUID : '';
  return typeof uuid === 'string' ? uuid : '';
}

function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}
