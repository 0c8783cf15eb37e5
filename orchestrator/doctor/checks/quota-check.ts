import { type Check, type Finding, fail, type Look, pass, skip, warn } from '../check.ts';
import type { VolumeQuota } from '../facts/quota-facts.ts';
import { known } from '../seen.ts';

/** From here on an increase should be on its way: AWS may take days over one. */
const roomy = 0.8;

/** The account's quotas against the volumes that are planned. */
export const quotaCheck: Check = {
  id: 'FC-CHK-016',
  category: 'aws',
  title: 'Quotas of the account',
  expected: 'room for the volumes that are to be made, and a fifth to spare',
  judge: (look) => {
    const { newVolumes, what } = look.plan;
    if (newVolumes.size === 0) return skip(`nothing is known of volumes to be made for ${what}`);
    const parts = known(look.quotas).quotas.map((quota) => partOf(quota, look));
    return findingOf(parts);
  },
};

interface Part {
  readonly text: string;
  /** Of the quota, with what is to come; undefined where there is no quota. */
  readonly share: number | undefined;
  readonly remedy: string;
}

function partOf(quota: VolumeQuota, look: Look): Part {
  const { service, code, volumeType, counts, unit } = quota;
  const { limits, use } = known(look.quotas);
  const there = use.get(volumeType)?.[counts] ?? 0;
  const toCome = look.plan.newVolumes.get(volumeType)?.[counts] ?? 0;
  const limit = limits.get(code);
  const needs = `${volumeType}: ${amount(there, counts)} there and ${amount(toCome, counts)} to come`;
  const desired = Math.ceil((there + toCome) / unit / roomy);
  return {
    text: limit ? `${needs}, of ${amount(limit.value * unit, counts)}` : `${needs}; the region has no quota ${code}`,
    share: limit && (there + toCome) / (limit.value * unit),
    remedy: `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${desired}`,
  };
}

function findingOf(parts: readonly Part[]): Finding {
  const found = parts.map(({ text }) => text).join('; ');
  const above = (share: number) => parts.filter((part) => part.share !== undefined && part.share > share);
  const remedy = above(roomy)
    .map((part) => part.remedy)
    .join('; ');
  if (above(1).length > 0) return fail(found, remedy);
  if (remedy !== '') return warn(found, remedy);
  return parts.some(({ share }) => share === undefined) ? { result: 'unknown', found } : pass(found);
}

function amount(count: number, counts: VolumeQuota['counts']): string {
  if (counts === 'iops') return `${count} IOPS`;
  return count < 1024 ? `${count} GiB` : `${Math.round(count / 10.24) / 100} TiB`;
}
