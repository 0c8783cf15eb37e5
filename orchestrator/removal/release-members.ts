import { FirecampError } from '../../common/domain/errors.ts';
import type { MemberRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { memberDnsName } from '../creation/member-names.ts';
import { persistentVolumeName, volumeClaimName } from '../manifests/member-volume.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { kinds } from '../objects/kinds.ts';
import type { Change, Operation } from '../operation.ts';
import { type ServiceView, unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';
import { deleteNames } from './delete-names.ts';
import { deleteAll } from './delete-records.ts';
import { deleteVolumes, keepVolumes } from './delete-volumes.ts';
import { releaseAddresses } from './release-addresses.ts';
import { findServiceZone } from './service-zone.ts';

/** Seconds that claims and volumes may take to be gone. */
const objectsGoneSeconds = 180;

type StoredMember = Stored<MemberRecord>;

/**
 * What becomes of members whose pods are gone for good: without `release` everything of them is kept for a later scale-up. With it their
 * claims and PersistentVolumes, addresses, names, config files and records go, the highest ordinal first; the EBS volumes only with
 * `deleteVolumes`. All members are worked on together.
 *
 * @param ordinals of members whose pods are gone; those that have no record are fine
 * @throws as `deleteService`
 */
export async function releaseMembers(
  operation: Operation,
  view: ServiceView,
  ordinals: readonly number[],
  options: { readonly release?: boolean; readonly deleteVolumes?: boolean },
): Promise<Change[]> {
  const descending = [...ordinals].sort((one, other) => other - one);
  const members = descending.flatMap((ordinal) => view.members.get(ordinal) ?? []);
  if (options.release !== true) return members.flatMap(({ record }) => kept(record));
  const { serviceUuid } = view.service.record;
  const records = members.map(({ record }) => record);
  const ips = records.flatMap(({ staticIp }) => (staticIp === '' ? [] : [staticIp]));
  const objects = await removeVolumeObjects(operation, view, descending);
  await assertStillAway(operation, view, ordinals);
  const addresses = await releaseAddresses(operation, serviceUuid, ips);
  const names = await removeNames(operation, view, records);
  const tagged = new Set(descending.map((ordinal) => `${view.service.record.serviceName}-${ordinal}`));
  const of = { serviceUuid, members: records, tagged };
  const volumes =
    options.deleteVolumes === true ? await deleteVolumes(operation, of) : await keepVolumes(operation, of);
  return [...objects, ...addresses, ...names, ...volumes, ...(await removeRecords(operation, view, members))];
}

/** Waiting for claims and volumes takes minutes, and a scale-up meanwhile gives the members back what they had. */
async function assertStillAway(operation: Operation, view: ServiceView, ordinals: readonly number[]): Promise<void> {
  if (operation.dryRun !== 'none') return;
  const { ports, signal } = operation;
  const { serviceName: service, serviceUuid } = view.service.record;
  const get = () => ports.store.get('serviceAttr', { serviceUuid }, { signal });
  const replicas = (await unlessAbsent(retried(operation, get)))?.record.replicas ?? 0;
  if (ordinals.every((ordinal) => ordinal >= replicas)) return;
  const message = `The service ${service} was scaled up to ${replicas} members by somebody else while some of them were being given up; their addresses were left to them.`;
  throw new FirecampError('FC-REC-003', message, { fields: { service, replicas } });
}

function kept({ memberName, staticIp, volumes }: MemberRecord): Change[] {
  const detail = `of ${memberName}, for a later scale-up`;
  const ids = [volumes.primaryVolumeId, volumes.journalVolumeId].filter((id) => id !== '');
  return [
    ...(staticIp === '' ? [] : [{ action: 'keep' as const, kind: 'address', name: staticIp, detail }]),
    ...ids.map((id): Change => ({ action: 'keep', kind: 'volume', name: id, detail })),
    { action: 'keep', kind: 'member record', name: memberName, detail: 'for a later scale-up' },
  ];
}

async function removeVolumeObjects(
  operation: Operation,
  view: ServiceView,
  ordinals: readonly number[],
): Promise<Change[]> {
  const { serviceName: service, serviceUuid } = view.service.record;
  const { namespace } = operation.settings;
  const volumes = ordinals.flatMap((ordinal) => (['data', 'journal'] as const).map((kind) => ({ kind, ordinal })));
  const claims = volumes.map((volume) => ({
    ...{ kind: kinds.PersistentVolumeClaim, namespace, name: volumeClaimName(service, volume) },
  }));
  const persistent = volumes.map((volume) => ({
    ...{ kind: kinds.PersistentVolume, name: persistentVolumeName(service, volume) },
  }));
  const options = { waitSeconds: objectsGoneSeconds };
  const owner = { service, serviceUuid };
  // One after the other: a volume is held by its claim.
  const first = await deleteObjects(operation, claims, owner, options);
  return [...first, ...(await deleteObjects(operation, persistent, owner, options))];
}

async function removeNames(
  operation: Operation,
  { attr }: ServiceView,
  members: readonly MemberRecord[],
): Promise<Change[]> {
  if (members.length === 0) return [];
  const zone = attr && (await findServiceZone(operation, attr.record));
  if (zone === undefined) return [];
  const names = members.map(({ memberName, staticIp }) => ({ name: memberDnsName(memberName, zone.name), staticIp }));
  return await deleteNames(operation, zone.id, names);
}

/** The members' own config files, of every version, then their records: those say what else there is of them. */
async function removeRecords(
  operation: Operation,
  view: ServiceView,
  members: readonly StoredMember[],
): Promise<Change[]> {
  const { ports, signal } = operation;
  const { serviceUuid } = view.service.record;
  if (members.length === 0) return [];
  const named = new Set(members.map(({ record }) => record.memberName));
  const ids = new Set(members.flatMap(({ record }) => record.configs.map(({ fileId }) => fileId)));
  const isOwn = (fileId: string) => ids.has(fileId) || [...named].some((member) => fileId.startsWith(`${member}-`));
  const files = async () => {
    const found = await retried(operation, () => ports.store.list('configFile', { serviceUuid }, { signal }));
    const own = found.filter(({ record }) => isOwn(record.fileId));
    return own.map((current) => ({ op: 'delete', kind: 'configFile', current }) as const);
  };
  const own = async () => {
    const found = await retried(operation, () => ports.store.list('member', { serviceUuid }, { signal }));
    const wanted = found.filter(({ record }) => named.has(record.memberName));
    return wanted.map((current) => ({ op: 'delete', kind: 'member', current }) as const);
  };
  if (operation.dryRun !== 'none') {
    return members.map(({ record }) => ({ action: 'delete', kind: 'member record', name: record.memberName }));
  }
  const removed = await deleteAll(operation, files);
  return [...removed, ...(await deleteAll(operation, own))];
}
