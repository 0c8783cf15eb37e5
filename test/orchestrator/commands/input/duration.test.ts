import { test } from 'tap';
import { duration } from '../../../../orchestrator/commands/input/duration.ts';

test('reads durations as people write them, a bare number as seconds', async (t) => {
  const read = ['500ms', '5s', '2m', '1h30m', '90'].map(duration);
  t.strictSame(read, [500, 5000, 120_000, 5_400_000, 90_000]);
});

test('refuses what is no duration, and none at all', async (t) => {
  for (const given of ['', '0', '0s', '5 s', '-1s', '5x', 's5', '5s!', '1.5s']) t.throws(() => duration(given), given);
});
