import { test } from 'tap';
import { restartOrders } from '../../../orchestrator/change/restart-order.ts';
import { hindrances, restartStep } from '../../../orchestrator/change/restart-step.ts';
import type { RestartMember, RestartView } from '../../../orchestrator/change/restart-view.ts';

type State = 'old' | 'new' | 'old-broken' | 'new-broken' | 'ending' | 'absent';

/** Members in these states, by ordinal. */
function view(...states: readonly State[]): RestartView {
  const members = states.map((state, ordinal): RestartMember => {
    const name = `redis-${ordinal}`;
    if (state === 'absent') return { name, ordinal, pod: undefined };
    const revision = state.startsWith('new') ? 'b' : 'a';
    const about = { uid: name, revision, readySince: undefined };
    return { name, ordinal, pod: { ...about, ready: !state.endsWith('broken'), terminating: state === 'ending' } };
  });
  return { updateRevision: 'b', minReadySeconds: 0, unfinished: true, members };
}

/** The next step in short. */
function next(states: readonly State[], wish: { readonly only?: number; readonly force?: boolean } = {}): string {
  const { only, force = false } = wish;
  const isChosen = ({ ordinal }: RestartMember) => only === undefined || only === ordinal;
  const step = restartStep(view(...states), { isChosen, force });
  if (step.kind === 'restart') return `restart ${step.among.map(({ ordinal }) => ordinal).join(' or ')}`;
  return step.kind === 'await' ? `await ${step.member.ordinal}` : 'done';
}

test('decides the next step of a rolling restart by what each member is', async (t) => {
  t.equal(next(['old', 'old', 'new']), 'restart 0 or 1', 'those that are left');
  t.equal(next(['new', 'new', 'new']), 'done');
  t.equal(next(['old', 'new-broken', 'old']), 'await 1', 'one that was restarted has to be Ready before the next');
  t.equal(next(['old', 'ending', 'old']), 'await 1');
  t.equal(next(['old', 'absent', 'old']), 'await 1');
  t.equal(next(['old', 'old-broken', 'old']), 'restart 1', 'one that is broken and to be restarted comes first');
  t.equal(next(['old-broken', 'old'], { only: 1 }), 'await 0', 'others have to be Ready, chosen or not');
  t.equal(next(['old', 'old', 'new'], { only: 2 }), 'done', 'what is not chosen stays as it is');
});

test('with force it waits for nobody but those that have no pod', async (t) => {
  t.equal(next(['old', 'new-broken', 'old'], { force: true }), 'restart 0 or 2');
  t.equal(next(['old', 'old-broken', 'old-broken'], { force: true }), 'restart 1 or 2', 'broken ones first');
  t.equal(next(['new', 'new-broken', 'new'], { force: true }), 'done');
  t.equal(next(['new', 'absent', 'new'], { force: true }), 'await 1');
});

test('two members that are not Ready forbid a restart, and one does unless it is to be restarted itself', async (t) => {
  const names = (states: readonly State[], chosen: readonly number[], force = false) =>
    hindrances(view(...states), { isChosen: ({ ordinal }) => chosen.includes(ordinal), force }).map(({ name }) => name);
  t.strictSame(names(['old-broken', 'old', 'absent'], [0, 1, 2]), ['redis-0', 'redis-2']);
  t.strictSame(names(['old-broken', 'old', 'old'], [0, 1, 2]), []);
  t.strictSame(names(['old-broken', 'old', 'old'], [1, 2]), ['redis-0']);
  t.strictSame(names(['old-broken', 'old', 'absent'], [0, 1, 2], true), []);
});

test('the built-in orders go by number, not by name', async (t) => {
  const { members } = view(...Array.from({ length: 11 }, (): State => 'old'));
  const [first, ...others] = members.toReversed();
  if (first === undefined) throw new Error('there are eleven members');
  const options = { signal: new AbortController().signal };
  t.equal((await restartOrders.descending([first, ...others], options)).ordinal, 10);
  t.equal((await restartOrders.ascending([first, ...others], options)).ordinal, 0);
});
