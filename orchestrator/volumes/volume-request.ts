import { FirecampError } from '../../common/domain/errors.ts';
import { memberName, type VolumeKind } from '../manifests/names.ts';
import type { VolumeRequest } from '../service-operations.ts';

/** Which of the service's volumes it is. */
export interface NamedVolume {
  readonly kind: VolumeKind;
  readonly ordinal: number;
}

/** @throws FirecampError FC-CFG-001 when the member's name is no `<service>-<ordinal>` */
export function namedVolume({
  service,
  memberName: member,
  journal,
}: Pick<VolumeRequest, 'service' | 'memberName' | 'journal'>): NamedVolume {
  const ordinal = Number(/-(\d{1,9})$/.exec(member)?.[1]);
  if (memberName(service, ordinal) === member) return { kind: journal ? 'journal' : 'data', ordinal };
  const message = `${member} is no member of the service ${service}: members are called ${service}-0, ${service}-1 and so on.`;
  throw new FirecampError('FC-CFG-001', message, { fields: { service, member } });
}
