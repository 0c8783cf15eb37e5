import type { Quota, QuotaId } from '../../../common/ports/quotas.ts';
import type { VolumeUse } from '../../../common/ports/volumes.ts';
import type { Plan } from '../plan.ts';
import type { Reading } from '../prober.ts';

/** A quota of volumes of one type. */
export interface VolumeQuota extends QuotaId {
  readonly volumeType: string;
  readonly counts: keyof VolumeUse;
  /** GiB or IOPS in one of the quota's own units. */
  readonly unit: number;
}

/** Storage quotas are in TiB. */
const storage = { service: 'ebs', counts: 'sizeGb', unit: 1024 } as const;
const iops = { service: 'ebs', counts: 'iops', unit: 1 } as const;

/**
 * Amazon EBS user guide, "Quotas for Amazon EBS": what all volumes of a type in a region may have together; gp3's IOPS have no quota. Of
 * `standard` no service has volumes. The codes are those of `aws service-quotas list-aws-default-service-quotas --service-code ebs`, and
 * are in the AWS driver of Zuul's nodepool (nodepool/driver/aws/adapter.py), too.
 */
const volumeQuotas: readonly VolumeQuota[] = [
  { ...storage, volumeType: 'gp3', code: 'L-7A658B76' },
  { ...storage, volumeType: 'gp2', code: 'L-D18FCD1D' },
  { ...storage, volumeType: 'io1', code: 'L-FD252861' },
  { ...storage, volumeType: 'io2', code: 'L-09BD8365' },
  { ...storage, volumeType: 'st1', code: 'L-82ACEF56' },
  { ...storage, volumeType: 'sc1', code: 'L-17AF77E8' },
  { ...iops, volumeType: 'io1', code: 'L-B3A130E6' },
  { ...iops, volumeType: 'io2', code: 'L-8D977E7E' },
];

/** The quotas of the volumes that are planned, and what the account uses of them. */
export interface QuotaFacts {
  readonly quotas: readonly VolumeQuota[];
  /** By the quotas' codes; those that the region does not have are missing. */
  readonly limits: ReadonlyMap<string, Quota>;
  readonly use: ReadonlyMap<string, VolumeUse>;
}

/** Reads them; sends nothing where no volume is to be made. */
export async function readQuotas(
  { ports, signal }: Reading,
  [, { newVolumes, testMode }]: readonly [unknown, Plan],
): Promise<QuotaFacts> {
  const quotas = testMode ? [] : volumeQuotas.filter(({ volumeType }) => newVolumes.has(volumeType));
  if (quotas.length === 0) return { quotas, limits: new Map(), use: new Map() };
  const types = [...new Set(quotas.map(({ volumeType }) => volumeType))];
  const [limits, use] = await Promise.all([
    ports.quotas.limits(quotas, { signal }),
    ports.volumes.useByType(types, { signal }),
  ]);
  return { quotas, limits, use };
}
