import { InvalidArgumentError } from 'commander';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `5s`, `2m`, `1h30m`; a bare number is seconds. For commander. */
export function duration(given: string): number {
  if (/^\d+$/.test(given) && Number(given) > 0) return Number(given) * 1000;
  const parts = [...given.matchAll(/(\d+)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
  if (parts.map(([part]) => part).join('') === given && total > 0) return total;
  throw new InvalidArgumentError('Needed is a duration such as 30s, 5m or 1h30m.');
}
