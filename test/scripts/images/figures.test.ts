import t from 'tap';
import { ensureBuilt, ensureCliBuilt } from '../../../scripts/build/ensure-built.ts';
import { figuresText, isWaitingWithinBudget } from '../../../scripts/images/figures/figures-text.ts';
import { measureStartUp } from '../../../scripts/images/figures/start-up.ts';
import { measureWaiting } from '../../../scripts/images/figures/waiting-memory.ts';
import { rejectionOf } from '../../rejection.ts';

// A build may come first.
t.setTimeout(180_000);
const { initcontainer, stopcontainer } = await ensureBuilt();
const cli = await ensureCliBuilt();

t.test('the stop container that was built waits within the budget of 2 MiB', async (t) => {
  const waiting = await measureWaiting(stopcontainer);
  t.ok(isWaitingWithinBudget(waiting), `${waiting.resident} KiB`);
  t.ok(waiting.anonymous > 0 && waiting.anonymous < waiting.resident);
});

t.test('a program that does not wait is no figure', async (t) => {
  t.match(await rejectionOf(measureWaiting('/bin/true')), { message: /ended instead of waiting/ });
});

t.test('start-up is measured of every executable, and of none that sends no request', async (t) => {
  const startUp = await measureStartUp(initcontainer, cli, 1);
  for (const [name, millis] of Object.entries(startUp)) t.ok(millis > 5, `${name}: ${millis} ms`);
  t.match(await rejectionOf(measureStartUp('/bin/true', cli, 1)), { message: /true ended without a request/ });
});

t.test('tells ratios to the empty script beside those of reference, and a budget that is broken', async (t) => {
  const startUp = { emptyScript: 50, firstRequest: 110, initcontainer: 80, cli: 100 };
  const text = figuresText(startUp, { resident: 2049, anonymous: 60 });
  t.match(text, /until its first request +110 +2\.20 +96 +2\.09\n/);
  t.match(text, /firecamp --version +100 +2\.00\n/);
  t.match(text, '2049 KiB resident, MORE THAN the budget of 2048 KiB');
  t.notOk(isWaitingWithinBudget({ resident: 2049, anonymous: 60 }));
});
