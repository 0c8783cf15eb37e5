import { Ec2Error, invalidValue, missing } from './ec2-error.ts';

type Bounds = readonly [least: number, most: number];

interface VolumeLimits {
  /** GiB */
  readonly size: Bounds;
  /** absent where the type takes none */
  readonly iops?: { readonly bounds: Bounds; readonly perGib: number };
  /** MiB a second; absent where the type takes none */
  readonly throughput?: { readonly bounds: Bounds; readonly perIops: number };
}

/** EC2 API reference, CreateVolume (Size, Iops, Throughput), and Amazon EBS user guide, "Amazon EBS volume types". */
const limits: Readonly<Record<string, VolumeLimits>> = {
  gp2: { size: [1, 16_384] },
  gp3: {
    size: [1, 65_536],
    iops: { bounds: [3_000, 80_000], perGib: 500 },
    throughput: { bounds: [125, 2_000], perIops: 0.25 },
  },
  io1: { size: [4, 16_384], iops: { bounds: [100, 64_000], perGib: 50 } },
  io2: { size: [4, 65_536], iops: { bounds: [100, 256_000], perGib: 1_000 } },
  st1: { size: [125, 16_384] },
  sc1: { size: [125, 16_384] },
  standard: { size: [1, 1_024] },
};

/** What a volume is to be, as far as its type limits it. */
export interface VolumeShape {
  readonly type: string;
  readonly size: number;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
}

/**
 * The shape with what the type includes: 3,000 IOPS and 125 MiB/s of a gp3, 3 IOPS a GiB of a gp2 from 100 to 16,000.
 * That Iops must be given for io1 and io2 and is not for gp2, st1, sc1 and standard is in the API reference (CreateVolume,
 * Iops), as is Throughput for gp3 alone. Which error code goes with which fault is not published; these are among those of
 * EC2 API reference, "Error codes".
 *
 * @throws Ec2Error for a shape that EBS does not make
 */
export function shaped(asked: VolumeShape): VolumeShape {
  const { type, size, iops, throughput } = asked;
  const rule = Object.hasOwn(limits, type) ? limits[type] : undefined;
  if (!rule) throw new Ec2Error('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`);
  within(size, rule.size, 'size', type);
  if (iops !== undefined && !rule.iops) throw unsupported('iops', type);
  if (throughput !== undefined && !rule.throughput) throw unsupported('throughput', type);
  if (iops === undefined && (type === 'io1' || type === 'io2')) throw missing('iops');
  if (iops !== undefined && rule.iops) {
    within(iops, rule.iops.bounds, 'iops', type);
    // What is included comes with the smallest gp3 too.
    if (iops > Math.max(size * rule.iops.perGib, type === 'gp3' ? 3_000 : 0)) {
      throw invalidValue(`Iops to volume size ratio of ${iops / size} is too high; maximum is ${rule.iops.perGib}.`);
    }
  }
  if (throughput !== undefined && rule.throughput) {
    within(throughput, rule.throughput.bounds, 'throughput', type);
    if (throughput > (iops ?? 3_000) * rule.throughput.perIops) {
      throw invalidValue(`Throughput (MiBps) to iops ratio is too high; maximum is ${rule.throughput.perIops}.`);
    }
  }
  if (type === 'gp3') return { type, size, iops: iops ?? 3_000, throughput: throughput ?? 125 };
  if (type === 'gp2') return { ...asked, iops: Math.min(Math.max(3 * size, 100), 16_000) };
  return asked;
}

function within(value: number, [least, most]: Bounds, name: string, type: string): void {
  if (value < least || value > most) {
    throw invalidValue(`Volume ${name} of ${value} is not valid for ${type}; it must be from ${least} to ${most}.`);
  }
}

const unsupported = (parameter: string, type: string): Ec2Error =>
  new Ec2Error('InvalidParameterCombination', `The parameter ${parameter} is not supported for ${type} volumes.`);
