import { configFileFaults } from './config-file-faults.ts';
import { booleanAt, has, listAt, numberAt, textAt } from './field-reader.ts';
import type { FieldFault, FieldPath } from './file-fault.ts';
import { settingsFaults } from './settings-faults.ts';
import { volumeFaults } from './volume-rules.ts';
import { regionOfZone } from './zone-region.ts';

/** Default mount points, FireCamp's. */
export const mountPaths = { dataVolume: '/data', journalVolume: '/journal' } as const;

const volumes = ['dataVolume', 'journalVolume'] as const;

/** Folders of the main container that a volume would break: the kernel's, and the one that the two containers share. */
const takenFolders = ['/proc', '/sys', '/dev', '/etc', '/run/firecamp'];

/** What a JSON Schema cannot say: rules between fields. The value may have other faults; what is missing in it is not judged. */
export function semanticFaults(value: unknown): readonly FieldFault[] {
  return [
    ...zoneFaults(value),
    ...typeFaults(value),
    ...tieFaults(value),
    ...resourceFaults(value),
    ...repeated(value, 'ports', 'name'),
    ...repeated(value, 'ports', 'containerPort'),
    ...volumes.flatMap((volume) => (has(value, volume) ? ebsFaults(value, volume) : [])),
    ...mountFaults(value),
    ...repeated(value, 'configFiles', 'name'),
    ...configFileFaults(value),
    ...settingsFaults(value),
  ];
}

function fault(path: FieldPath, message: string): FieldFault {
  return { path, atKey: false, message };
}

function zoneFaults(value: unknown): FieldFault[] {
  const zones = listAt(value, 'zones').map((zone) => (typeof zone === 'string' ? zone : undefined));
  const first = zones.map((zone) => regionOfZone(zone ?? '')).find((region) => region !== undefined);
  const region = textAt(value, 'region') ?? first;
  return zones.flatMap((zone, index) => {
    if (zone === undefined) return [];
    const path = ['zones', index];
    if (zones.indexOf(zone) < index) return fault(path, `${zone} is in the list twice`);
    const own = regionOfZone(zone);
    if (own === undefined || region === undefined || own === region) return [];
    return fault(path, `${zone} is not a zone of ${region}: a service lives in one region`);
  });
}

function typeFaults(value: unknown): FieldFault[] {
  const faults: FieldFault[] = [];
  if (has(value, 'journalVolume') && !has(value, 'dataVolume')) {
    faults.push({ path: ['journalVolume'], atKey: true, message: 'needs a dataVolume beside it' });
  }
  if (textAt(value, 'type') !== 'stateless') return faults;
  for (const field of [...volumes, 'configFiles']) {
    const isThere = field === 'configFiles' ? listAt(value, field).length > 0 : has(value, field);
    if (isThere) faults.push({ path: [field], atKey: true, message: 'is for stateful services only' });
  }
  for (const field of ['staticIp', 'registerDns']) {
    if (booleanAt(value, field)) faults.push(fault([field], 'true is for stateful services only'));
  }
  return faults;
}

/** An address never leaves its zone, and a pod template is the same for all members: a member's volume is what keeps its pod there. */
function tieFaults(value: unknown): FieldFault[] {
  const isTied = has(value, 'dataVolume') || listAt(value, 'zones').length < 2 || booleanAt(value, 'testMode') === true;
  if (isTied || booleanAt(value, 'staticIp') !== true || textAt(value, 'type') === 'stateless') return [];
  const message =
    'true needs a dataVolume where there are several zones: a member’s volume keeps it in its address’s zone';
  return [fault(['staticIp'], message)];
}

function resourceFaults(value: unknown): FieldFault[] {
  const pairs = [
    ['reserveCpuUnits', 'maxCpuUnits'],
    ['reserveMemMb', 'maxMemMb'],
  ] as const;
  return pairs.flatMap(([reserve, most]) => {
    const wanted = numberAt(value, 'resources', reserve) ?? 0;
    const limit = numberAt(value, 'resources', most) ?? 0;
    if (limit === 0 || wanted <= limit) return [];
    // The reserve may be a default that nobody wrote: then the limit is what stands in the file.
    return fault(['resources', reserve], `${wanted} is more than ${most}, which is ${limit}`);
  });
}

function repeated(value: unknown, list: string, field: string): FieldFault[] {
  const seen = new Map<string | number, number>();
  return listAt(value, list).flatMap((_item, index) => {
    const own = textAt(value, list, index, field) ?? numberAt(value, list, index, field);
    if (own === undefined) return [];
    const before = seen.get(own);
    seen.set(own, before ?? index);
    return before === undefined ? [] : fault([list, index, field], `${own} is taken by ${list}[${before}]`);
  });
}

function ebsFaults(value: unknown, volume: (typeof volumes)[number]): FieldFault[] {
  const found = volumeFaults({
    volumeType: textAt(value, volume, 'volumeType'),
    sizeGb: numberAt(value, volume, 'sizeGb'),
    iops: numberAt(value, volume, 'iops'),
    throughput: numberAt(value, volume, 'throughput'),
    encrypted: booleanAt(value, volume, 'encrypted'),
    kmsKeyId: textAt(value, volume, 'kmsKeyId'),
  });
  return found.map(({ field, message }) => fault([volume, field], message));
}

function mountFaults(value: unknown): FieldFault[] {
  const mounts = volumes
    .filter((volume) => has(value, volume))
    .map((volume) => ({ volume, path: textAt(value, volume, 'mountPath') ?? mountPaths[volume] }));
  return mounts.flatMap(({ volume, path }, index) => {
    const place = [volume, 'mountPath'];
    if (path.split('/').some((part) => part === '.' || part === '..')) {
      return fault(place, `${path} is not allowed: no part of it may be . or ..`);
    }
    const taken = takenFolders.find((folder) => isInside(path, folder) || isInside(folder, path));
    if (taken !== undefined) return fault(place, `${path} is not allowed: ${taken} has another use`);
    const other = mounts.slice(0, index).find((before) => isInside(path, before.path) || isInside(before.path, path));
    return other === undefined ? [] : fault(place, `${path} and the ${other.volume}'s ${other.path} lie in each other`);
  });
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
