const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** The time since then as kubectl shows it: `45s`, `3m20s`, `5h`, `2d`; `<unknown>` without a time. */
export function age(since: string | undefined, nowMs: number): string {
  const then = since === undefined ? Number.NaN : Date.parse(since);
  if (Number.isNaN(then)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((nowMs - then) / 1000));
  const largest = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[largest] ?? ['s', 1];
  const whole = Math.floor(seconds / size);
  const [smallUnit, smallSize] = units[largest + 1] ?? ['', 1];
  const rest = Math.floor((seconds % size) / smallSize);
  // Two digits say enough.
  return whole < 10 && rest > 0 && smallUnit !== '' ? `${whole}${unit}${rest}${smallUnit}` : `${whole}${unit}`;
}
