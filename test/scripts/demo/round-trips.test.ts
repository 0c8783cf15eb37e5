import t from 'tap';
import { roundTrips } from '../../../scripts/demo/round-trips.ts';

const phase = (name: string, outcome = 'done') => ({ phase: name, outcome, msg: `phase ${name}` });

t.test(
  'counts each phase that waited for others, as often as it ran, and none of what happens on the node',
  async (t) => {
    const log = [
      phase('observe member'),
      phase('lock'),
      phase('observe node'),
      phase('intent'),
      phase('assign', 'failed'),
      phase('assign'),
      phase('confirm'),
      phase('settle'),
      phase('confirm'),
      phase('host'),
      phase('owned'),
      { msg: 'claimed' },
    ];
    t.same(roundTrips(log), { sequential: 7, withEc2: 4 });
    t.same(roundTrips([]), { sequential: 0, withEc2: 0 }, 'a release has no phases');
  },
);
