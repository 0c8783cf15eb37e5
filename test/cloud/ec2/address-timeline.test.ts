import t from 'tap';
import { ManualClock } from '../clock.ts';
import { demoTopology } from '../demo-topology.ts';
import { addressTimeline, wasEverFree } from './address-timeline.ts';
import { Ec2State } from './ec2-state.ts';

function moved(through: readonly (number | undefined)[]) {
  const clock = new ManualClock(1_000);
  const state = new Ec2State(demoTopology(), clock);
  const nodes = ['eni-00000000000000001', 'eni-00000000000000002'].map((id) => state.interface(id));
  for (const next of through) {
    clock.advance(10);
    const holder = state.interface(state.holderOf('10.0.1.200') ?? '');
    const target = next === undefined ? undefined : nodes[next];
    if (target) state.setAddresses(target, [...target.addresses, '10.0.1.200']);
    else if (holder) state.setAddresses(holder, holder.addresses.slice(0, 1));
  }
  return state.events;
}

t.test('tells who held an address since when', async (test) => {
  test.strictSame(addressTimeline(moved([0, 1, undefined]), '10.0.1.200'), [
    { since: 1010, holder: 'eni-00000000000000001' },
    { since: 1020, holder: 'eni-00000000000000002' },
    { since: 1030, holder: undefined },
  ]);
});

t.test('knows an address that was free in between from one that only moved', async (test) => {
  test.notOk(wasEverFree(moved([0, 1, 0]), '10.0.1.200'));
  test.ok(wasEverFree(moved([0, undefined, 1]), '10.0.1.200'));
});

t.test('does not accept moves that show two holders', async (test) => {
  const at = { vpcId: 'vpc', ip: '10.0.1.200' };
  const moves = [
    { ...at, at: 1, from: undefined, to: 'eni-1' },
    { ...at, at: 2, from: undefined, to: 'eni-2' },
  ];
  test.throws(() => addressTimeline(moves, '10.0.1.200'), /eni-1 held it/);
});
