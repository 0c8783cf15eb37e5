import t from 'tap';
import { summarize } from '../../../../scripts/rig/network/reachability.ts';

const sample = (endedMs: number, node?: string) => ({ startedMs: endedMs - 1, endedMs, node });

t.test('measures the longest time between two answers, not between tries', async (t) => {
  const seen = summarize([
    sample(0, 'a'),
    sample(20, 'a'),
    sample(340),
    sample(360),
    sample(400, 'b'),
    sample(420, 'b'),
  ]);
  t.same(seen, { tries: 6, answers: 4, longestGapMs: 380, nodes: ['a', 'b'] });
});

t.test('puts tries in the order of their ends before it measures', async (t) => {
  t.equal(summarize([sample(100, 'a'), sample(0, 'a'), sample(50, 'a')]).longestGapMs, 50);
});

t.test('names a node again when the answers go back to it', async (t) => {
  t.same(summarize([sample(0, 'a'), sample(1, 'b'), sample(2, 'a')]).nodes, ['a', 'b', 'a']);
});

t.test('has no gap to tell with fewer than two answers', async (t) => {
  t.same(summarize([]), { tries: 0, answers: 0, longestGapMs: 0, nodes: [] });
  t.equal(summarize([sample(0), sample(900, 'a')]).longestGapMs, 0);
});
