/** What EBS takes for a volume type. */
interface VolumeRule {
  /** GiB. */
  readonly size: readonly [number, number];
  /** IOPS that can be asked for; undefined where the type decides. */
  readonly iops?: { readonly range: readonly [number, number]; readonly perGb: number; readonly needed: boolean };
  /** MiB a second that can be asked for; undefined where the type decides. */
  readonly throughput?: { readonly range: readonly [number, number]; readonly perIops: number };
}

/** Included in the price of every gp3 volume, whatever its size. */
const gp3Included = { iops: 3000, throughput: 125 };

/** Amazon EBS user guide, "Amazon EBS volume types" (gp3 as of September 2025), and EC2 API reference, CreateVolume. */
const volumeRules: ReadonlyMap<string, VolumeRule> = new Map<string, VolumeRule>([
  [
    'gp3',
    {
      size: [1, 65_536],
      iops: { range: [gp3Included.iops, 80_000], perGb: 500, needed: false },
      throughput: { range: [gp3Included.throughput, 2_000], perIops: 0.25 },
    },
  ],
  ['gp2', { size: [1, 16_384] }],
  ['io1', { size: [4, 16_384], iops: { range: [100, 64_000], perGb: 50, needed: true } }],
  ['io2', { size: [4, 65_536], iops: { range: [100, 256_000], perGb: 1_000, needed: true } }],
  ['st1', { size: [125, 16_384] }],
  ['sc1', { size: [125, 16_384] }],
]);

/** A volume as far as it could be read. */
export interface VolumeWish {
  readonly volumeType: string | undefined;
  readonly sizeGb: number | undefined;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly encrypted: boolean | undefined;
  readonly kmsKeyId: string | undefined;
}

/** A fault of one field of a volume. */
interface VolumeFault {
  readonly field: 'sizeGb' | 'iops' | 'throughput' | 'kmsKeyId';
  readonly message: string;
}

/** What EBS would refuse, or do otherwise than asked. Nothing for a type that is not known. */
export function volumeFaults(wish: VolumeWish): readonly VolumeFault[] {
  const rule = volumeRules.get(wish.volumeType ?? '');
  if (rule === undefined || wish.volumeType === undefined) return [];
  const found: (VolumeFault | undefined)[] = [
    sizeFault(wish.volumeType, rule, wish.sizeGb),
    iopsFault(wish.volumeType, rule, wish),
    throughputFault(wish.volumeType, rule, wish),
    wish.kmsKeyId !== undefined && wish.encrypted === false
      ? { field: 'kmsKeyId', message: 'a key needs an encrypted volume: take it away, or set encrypted to true' }
      : undefined,
  ];
  return found.filter((fault) => fault !== undefined);
}

function sizeFault(type: string, { size }: VolumeRule, sizeGb: number | undefined): VolumeFault | undefined {
  if (sizeGb === undefined || inRange(sizeGb, size)) return undefined;
  return { field: 'sizeGb', message: `${sizeGb} is not allowed: ${type} takes ${size[0]} to ${size[1]} GiB` };
}

function iopsFault(type: string, { iops }: VolumeRule, wish: VolumeWish): VolumeFault | undefined {
  const given = wish.iops;
  if (given === undefined) {
    return iops?.needed
      ? { field: 'iops', message: `is missing: ${type} needs ${between(iops.range)} IOPS` }
      : undefined;
  }
  if (iops === undefined) return { field: 'iops', message: `${given} is not allowed: ${type} takes no IOPS` };
  if (!inRange(given, iops.range)) {
    return { field: 'iops', message: `${given} is not allowed: ${type} takes ${between(iops.range)} IOPS` };
  }
  const most = (wish.sizeGb ?? Number.POSITIVE_INFINITY) * iops.perGb;
  // What is included comes with the smallest volume too.
  if (given <= most || given <= (type === 'gp3' ? gp3Included.iops : 0)) return undefined;
  const message = `${given} is not allowed: ${type} takes at most ${iops.perGb} IOPS a GiB, ${most} for ${wish.sizeGb} GiB`;
  return { field: 'iops', message };
}

function throughputFault(type: string, { throughput }: VolumeRule, wish: VolumeWish): VolumeFault | undefined {
  const given = wish.throughput;
  if (given === undefined) return undefined;
  if (throughput === undefined) {
    return { field: 'throughput', message: `${given} is not allowed: ${type} takes no throughput, only gp3 does` };
  }
  if (!inRange(given, throughput.range)) {
    return {
      field: 'throughput',
      message: `${given} is not allowed: ${type} takes ${between(throughput.range)} MiB/s`,
    };
  }
  const iops = wish.iops ?? gp3Included.iops;
  if (given <= iops * throughput.perIops) return undefined;
  const message = `${given} is not allowed: ${type} takes at most 0.25 MiB/s for each IOPS, ${given} MiB/s need iops: ${given / throughput.perIops}`;
  return { field: 'throughput', message };
}

function inRange(value: number, [least, most]: readonly [number, number]): boolean {
  return value >= least && value <= most;
}

function between([least, most]: readonly [number, number]): string {
  return `${least} to ${most}`;
}
