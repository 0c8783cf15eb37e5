import type { ServiceAttrRecord, ServiceVolume } from '../../common/domain/records.ts';
import type { ServiceDefinition, VolumeDefinition } from '../definition/service-definition.ts';
import type { ServiceView } from '../records/service-view.ts';
import { lostZones } from './fixed-fields.ts';

/** FireCamp keeps IOPS for every type; only of these they are what was asked of EBS. */
const typesWithIops: readonly string[] = ['io1', 'io2'];

/**
 * What a service file says otherwise than the records of a service that FireCamp made, a line each: all that its records tell, and could
 * not be changed. Config files that the file does not have would be lost to the members, so they are told too.
 */
export function adoptionDifferences(
  attr: ServiceAttrRecord,
  members: ServiceView['members'],
  is: ServiceDefinition,
): string[] {
  const pairs: readonly [string, unknown, unknown][] = [
    ['type', attr.serviceType, is.type],
    ['replicas', attr.replicas, is.replicas],
    ['staticIp', attr.requireStaticIp, is.staticIp],
    ...(attr.registerDns ? [['domain', attr.domainName, is.domain] as [string, unknown, unknown]] : []),
    ...volumePairs('dataVolume', attr.volumes.primaryVolume, is.dataVolume),
    ...volumePairs('journalVolume', attr.volumes.journalVolume, is.journalVolume),
  ];
  const different = pairs.filter(([, was, wanted]) => was !== wanted);
  return [
    ...different.map(([field, was, wanted]) => `${field}: ${shown(was)} in the records, ${shown(wanted)} in the file`),
    ...lostZones(is, members),
    ...lostFiles(attr, members, is),
  ];
}

function volumePairs(
  field: string,
  was: ServiceVolume,
  is: VolumeDefinition | undefined,
): [string, unknown, unknown][] {
  // FireCamp's mark of no volume.
  if (was.volumeType === '' && is === undefined) return [];
  if (was.volumeType === '' || is === undefined) return [[field, was.volumeType || 'none', is?.volumeType ?? 'none']];
  return [
    [`${field}.volumeType`, was.volumeType, is.volumeType],
    [`${field}.sizeGb`, was.sizeGb, is.sizeGb],
    [`${field}.encrypted`, was.encrypted, is.encrypted],
    ...(typesWithIops.includes(is.volumeType)
      ? [[`${field}.iops`, was.iops, is.iops] as [string, unknown, unknown]]
      : []),
  ];
}

function lostFiles(
  attr: ServiceAttrRecord,
  members: ServiceView['members'],
  { configFiles }: ServiceDefinition,
): string[] {
  const own = [...members.values()].flatMap(({ record }) => record.configs);
  const names = new Set([...attr.configs, ...own].map(({ fileName }) => fileName));
  const lost = [...names].filter((name) => !configFiles.some((file) => file.name === name));
  return lost.map((name) => `configFiles[${name}]: in the records, not in the file`);
}

function shown(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value ?? 'none');
}
