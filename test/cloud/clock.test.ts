import t from 'tap';
import { ManualClock, realClock, sleep } from './clock.ts';

t.test('a manual clock runs what falls due in order and at its own time', async (test) => {
  const clock = new ManualClock(0);
  const ran: [string, number][] = [];
  const note = (name: string) => () => void ran.push([name, clock.now()]);
  clock.setTimeout(note('late'), 20);
  clock.setTimeout(note('early'), 10);
  clock.setTimeout(note('cancelled'), 15).cancel();
  clock.setTimeout(() => clock.setTimeout(note('nested'), 5), 10);
  clock.setTimeout(note('never'), 31);
  clock.advance(30);
  test.strictSame(ran, [
    ['early', 10],
    ['nested', 15],
    ['late', 20],
  ]);
  test.equal(clock.now(), 30);
});

t.test('sleeps until the clock says so, and not at all for no time', async (test) => {
  const clock = new ManualClock(0);
  let awake = false;
  const slept = sleep(clock, 10).then(() => {
    awake = true;
  });
  clock.advance(9);
  await sleep(clock, 0);
  test.notOk(awake);
  clock.advance(1);
  await slept;
});

t.test('the real clock never runs backwards and agrees with the date', async (test) => {
  const before = realClock.now();
  await sleep(realClock, 5);
  test.ok(realClock.now() > before);
  test.ok(Math.abs(realClock.now() - Date.now()) < 60_000);
});
