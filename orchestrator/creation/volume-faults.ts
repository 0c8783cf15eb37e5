import { FirecampError } from '../../common/domain/errors.ts';
import type { Volume } from '../../common/ports/volumes.ts';
import type { VolumeDefinition } from '../definition/service-definition.ts';
import type { VolumeKind } from '../manifests/names.ts';

/** A volume that a member shall have. */
export interface VolumeWish {
  readonly ordinal: number;
  readonly member: string;
  readonly use: VolumeKind;
  readonly zone: string;
  readonly volume: VolumeDefinition;
  /** Its id where the member's record has it; empty otherwise. */
  readonly volumeId: string;
}

/** States of a volume that a member can use, or soon can (EC2 API reference, Volume). */
const usable = ['creating', 'available', 'in-use'];

/** What is wrong with the volumes that there are, a sentence each. A volume that was grown by hand is fine: none can be made smaller. */
export function volumeFaults(wishes: readonly VolumeWish[], found: ReadonlyMap<VolumeWish, Volume>): string[] {
  return wishes.flatMap((wish) => {
    const volume = found.get(wish);
    const what = `the ${wish.use} volume of ${wish.member}`;
    if (volume === undefined) {
      return wish.volumeId === '' ? [] : [`${wish.volumeId}, ${what}, does not exist: its data is lost`];
    }
    const { zone, sizeGb, state } = volume;
    return [
      ...(zone === wish.zone ? [] : [`${volume.id}, ${what}, is in ${zone} and the member in ${wish.zone}`]),
      ...(sizeGb >= wish.volume.sizeGb
        ? []
        : [`${volume.id}, ${what}, has ${sizeGb} GiB, and the service file says ${wish.volume.sizeGb}`]),
      ...(usable.includes(state) ? [] : [`${volume.id}, ${what}, is in the state ${state}`]),
    ];
  });
}

/** FC-VOL-001 with every fault. */
export function volumesUnusable(service: string, faults: readonly string[]): FirecampError {
  const message = `Volumes of the service ${service} cannot be used:\n- ${faults.join('\n- ')}`;
  return new FirecampError('FC-VOL-001', message, { fields: { service, faults } });
}
