import type { ServiceDefinition, VolumeDefinition } from '../definition/service-definition.ts';
import type { VolumeKind } from './names.ts';

/** The volumes that each member of the service has. */
export function volumesOf(
  service: Pick<ServiceDefinition, 'dataVolume' | 'journalVolume'>,
): { readonly kind: VolumeKind; readonly volume: VolumeDefinition }[] {
  const { dataVolume, journalVolume } = service;
  return [
    ...(dataVolume ? [{ kind: 'data' as const, volume: dataVolume }] : []),
    ...(journalVolume ? [{ kind: 'journal' as const, volume: journalVolume }] : []),
  ];
}
