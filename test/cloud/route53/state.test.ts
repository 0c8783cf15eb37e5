import { test } from 'tap';
import { ManualClock } from '../clock.ts';
import { demoTopology } from '../demo-topology.ts';
import type { Change } from './change-batch.ts';
import { DEMO_ZONE } from './open-route53.ts';
import { Route53State } from './state.ts';

const NAME = 'redis-0.demo-firecamp.com.';

function open() {
  const clock = new ManualClock();
  const state = new Route53State(demoTopology(), clock);
  const put = (value: string) => {
    const change: Change = { action: 'UPSERT', record: { name: NAME, type: 'A', ttl: 5, values: [value] } };
    return state.change(DEMO_ZONE, [change]);
  };
  const served = () => state.served(DEMO_ZONE).find(({ name }) => name === NAME)?.values[0];
  return { clock, state, put, served };
}

test('serves each of several pending changes in its turn', async (t) => {
  const { clock, state, put, served } = open();
  state.insyncMs = 100;
  const seen: (string | undefined)[] = [];
  for (const value of ['10.0.1.1', '10.0.1.2', '10.0.1.3']) {
    put(value);
    clock.advance(40);
    seen.push(served());
  }
  for (const ms of [0, 40, 40]) {
    clock.advance(ms);
    seen.push(served());
  }
  t.strictSame(seen, [undefined, undefined, '10.0.1.1', '10.0.1.1', '10.0.1.2', '10.0.1.3']);
});

test('never lets a later change of a zone arrive before an earlier one', async (t) => {
  const { clock, state, put, served } = open();
  state.insyncMs = 1000;
  put('10.0.1.1');
  state.insyncMs = 10;
  const { info } = put('10.0.1.2');
  clock.advance(999);
  t.equal(served(), undefined);
  t.equal(state.changeInfo(info?.id ?? '')?.status, 'PENDING');
  clock.advance(1);
  t.equal(served(), '10.0.1.2');
  t.equal(state.changeInfo(info?.id ?? '')?.status, 'INSYNC');
});

test('keeps a change PENDING for ever where that is asked for', async (t) => {
  const { clock, state, put, served } = open();
  state.insyncMs = Number.POSITIVE_INFINITY;
  const { info } = put('10.0.1.1');
  clock.advance(86_400_000);
  t.equal(state.changeInfo(info?.id ?? '')?.status, 'PENDING');
  t.equal(served(), undefined);
});

test('tells a listener of each accepted batch and of no refused one, until it stops listening', async (t) => {
  const { clock, state, put } = open();
  state.insyncMs = 70;
  const heard: unknown[] = [];
  const stop = state.onChange(({ zoneId, changes, insyncAt }) =>
    heard.push([zoneId, changes.length, insyncAt - clock.now()]),
  );
  put('10.0.1.1');
  state.change(DEMO_ZONE, [{ action: 'CREATE', record: { name: NAME, type: 'A', ttl: 5, values: ['10.0.1.2'] } }]);
  stop();
  put('10.0.1.3');
  t.strictSame(heard, [[DEMO_ZONE, 1, 70]]);
});

test('serves the records of the topology from the start', async (t) => {
  const [zone] = demoTopology().hostedZones ?? [];
  if (zone === undefined) throw new Error('the demo has no zone');
  const records = [{ name: 'Redis-0.demo-firecamp.com', type: 'A', ttl: 5, values: ['10.0.1.9'] }];
  const state = new Route53State(demoTopology({ hostedZones: [{ ...zone, records }] }), new ManualClock());
  t.match(state.served(DEMO_ZONE).at(-1), { name: NAME, values: ['10.0.1.9'] });
});
