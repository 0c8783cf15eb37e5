import type { KeyOf, RecordKind, RecordOf } from '../../domain/records.ts';
import { type Codec, LayoutFault, type WithUnknown } from './fields.ts';
import { parseLosslessly, stringifyLosslessly } from './lossless-json.ts';
import {
  configFileMeta,
  configFileSpec,
  memberMeta,
  memberSpec,
  serviceMeta,
  serviceSpec,
  staticIpSpec,
} from './record-structs.ts';

/**
 * What both stores keep of a record beside its key, by FireCamp's attribute names: `Revision` in decimal, the JSON text of
 * Meta and Spec, or the one plain value of a device or service.
 */
export type RecordAttributes = Readonly<Record<string, string>>;

interface Layout<K extends RecordKind> {
  /** The key of a record, or just the key fields of whatever has them. */
  keyOf(from: RecordOf[K] | KeyOf[K]): KeyOf[K];
  encode(record: RecordOf[K]): RecordAttributes;
  /** @throws LayoutFault */
  decode(key: KeyOf[K], attributes: RecordAttributes, cluster: string): RecordOf[K];
}

/** The layout of each kind. */
export const layouts: { readonly [K in RecordKind]: Layout<K> } = {
  device: {
    keyOf: ({ deviceName }) => ({ deviceName }),
    encode: ({ serviceName }) => ({ ServiceName: serviceName }),
    decode: ({ deviceName }, attributes, cluster) => ({
      cluster,
      deviceName,
      serviceName: plain(attributes, 'ServiceName'),
    }),
  },
  service: {
    keyOf: ({ serviceName }) => ({ serviceName }),
    encode: ({ serviceUuid }) => ({ ServiceUUID: serviceUuid }),
    decode: ({ serviceName }, attributes, cluster) => ({
      cluster,
      serviceName,
      serviceUuid: plain(attributes, 'ServiceUUID'),
    }),
  },
  serviceAttr: {
    keyOf: ({ serviceUuid }) => ({ serviceUuid }),
    encode: (record) => ({
      Revision: record.revision.toString(),
      ServiceMeta: written('ServiceMeta', serviceMeta, record, record.unknown.meta),
      ServiceSpec: written('ServiceSpec', serviceSpec, record, record.unknown.spec),
    }),
    decode({ serviceUuid }, attributes) {
      const { unknown: meta, ...metaFields } = read(serviceMeta, attributes, 'ServiceMeta');
      const { unknown: spec, ...specFields } = read(serviceSpec, attributes, 'ServiceSpec');
      return { serviceUuid, revision: revision(attributes), ...metaFields, ...specFields, unknown: parts(meta, spec) };
    },
  },
  member: {
    keyOf: ({ serviceUuid, memberName }) => ({ serviceUuid, memberName }),
    encode: (record) => ({
      Revision: record.revision.toString(),
      MemberMeta: written('MemberMeta', memberMeta, record, record.unknown.meta),
      MemberSpec: written('MemberSpec', memberSpec, record, record.unknown.spec),
    }),
    decode(key, attributes) {
      const { unknown: meta, ...metaFields } = read(memberMeta, attributes, 'MemberMeta');
      const { unknown: spec, ...specFields } = read(memberSpec, attributes, 'MemberSpec');
      return { ...key, revision: revision(attributes), ...metaFields, ...specFields, unknown: parts(meta, spec) };
    },
  },
  configFile: {
    keyOf: ({ serviceUuid, fileId }) => ({ serviceUuid, fileId }),
    encode: (record) => ({
      Revision: record.revision.toString(),
      ConfigFileMeta: written('ConfigFileMeta', configFileMeta, record, record.unknown.meta),
      ConfigFileSpec: written('ConfigFileSpec', configFileSpec, record, record.unknown.spec),
    }),
    decode(key, attributes) {
      const { unknown: meta, ...metaFields } = read(configFileMeta, attributes, 'ConfigFileMeta');
      const { unknown: spec, ...specFields } = read(configFileSpec, attributes, 'ConfigFileSpec');
      return { ...key, revision: revision(attributes), ...metaFields, ...specFields, unknown: parts(meta, spec) };
    },
  },
  staticIp: {
    keyOf: ({ ip }) => ({ ip }),
    encode: (record) => ({
      Revision: record.revision.toString(),
      StaticIPSpec: written('StaticIPSpec', staticIpSpec, record, record.unknown.spec),
    }),
    decode({ ip }, attributes) {
      const { unknown: spec, ...specFields } = read(staticIpSpec, attributes, 'StaticIPSpec');
      return { ip, revision: revision(attributes), ...specFields, unknown: parts(undefined, spec) };
    },
  },
};

/** The record as it is written by a create or an update: kinds with a revision get this one. */
export function withRevision<R extends object>(record: R, next: bigint): R {
  return 'revision' in record ? { ...record, revision: next } : record;
}

/** The revision of a record; 0 for the kinds that have none. */
export function revisionOf(record: object): bigint {
  return 'revision' in record && typeof record.revision === 'bigint' ? record.revision : 0n;
}

function written<T extends object>(name: string, codec: Codec<WithUnknown<T>>, fields: T, unknown: Unknown): string {
  // The record's own `unknown` holds those of all its parts; this part has its own.
  const { unknown: _, ...part } = { unknown: undefined, ...fields };
  return stringifyLosslessly(codec.encode({ ...(part as T), ...(unknown && { unknown }) }, name));
}

function read<T extends object>(codec: Codec<WithUnknown<T>>, attributes: RecordAttributes, name: string) {
  const text = plain(attributes, name);
  let json: unknown;
  try {
    json = parseLosslessly(text);
  } catch (cause) {
    throw new LayoutFault(name, 'is no JSON', { cause });
  }
  if (json === null) throw new LayoutFault(name, 'is null');
  return codec.decode(json, name);
}

function plain(attributes: RecordAttributes, name: string): string {
  const value = attributes[name];
  if (value === undefined || value === '') throw new LayoutFault(name, 'is missing');
  return value;
}

function revision(attributes: RecordAttributes): bigint {
  const value = plain(attributes, 'Revision');
  if (!/^\d{1,19}$/.test(value)) throw new LayoutFault('Revision', `is no revision: ${value.slice(0, 40)}`);
  return BigInt(value);
}

type Unknown = Readonly<Record<string, unknown>> | undefined;

function parts(meta: Unknown, spec: Unknown) {
  return { ...(meta && { meta }), ...(spec && { spec }) };
}
