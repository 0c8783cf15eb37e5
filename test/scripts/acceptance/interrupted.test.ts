import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { account, cleanedUp, content, guest, shortRun, start } from './accepted-account.ts';

/** From the interruption on EC2 describes so late what it has done: the cleaning looks every second. */
const visibilityDelayMs = 1_500;

test('one Ctrl-C below npm run, which comes twice, ends the run and not the cleaning', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const hold = cloud.faults.hold({ operation: 'CreateVolume' }, 'reply');
  const child = start(cloud, shortRun('addresses'));
  const out = text(child.stdout);
  await hold.reached;
  child.kill('SIGINT');
  await sleep(5);
  child.kill('SIGINT');
  await once(child, 'close');
  t.match(await out, /nothing is left/);
  t.strictSame(content(cloud), before);
});

test('a terminal that hangs up ends the run and not the cleaning', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const hold = cloud.faults.hold({ operation: 'CreateVolume' }, 'reply');
  const child = start(cloud, shortRun('addresses'));
  await hold.reached;
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill('SIGHUP');
  const [code] = await once(child, 'close');
  t.equal(code, 1);
  t.strictSame(content(cloud), before);
});

test('a later Ctrl-C ends the cleaning, which says how to go on', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const making = cloud.faults.hold({ operation: 'CreateVolume' }, 'reply');
  const deleting = cloud.faults.hold({ operation: 'DeleteNetworkInterface' });
  const child = start(cloud, shortRun('addresses'));
  const err = text(child.stderr);
  await making.reached;
  child.kill('SIGINT');
  await Promise.all([deleting.reached, sleep(1_100)]);
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  t.equal(code, 1);
  const runId = /Run (\w+) makes/.exec(await err)?.[1] ?? '';
  t.match((await err).slice(-300), new RegExp(`--clean ${runId}\nInterrupted while [^\n]*\n$`));
  cloud.faults.clear();
  await cleanedUp(cloud, runId, 'addresses');
  t.strictSame(content(cloud), before);
});

test('an address that comes to visit while the run is interrupted is taken away before EC2 describes it', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const visit = (params: Readonly<Record<string, string>>) => params['NetworkInterfaceId'] === guest;
  // The first one is to be refused.
  const hold = cloud.faults.hold({ operation: 'AssignPrivateIpAddresses', where: visit, skip: 1, times: 1 });
  const child = start(cloud, shortRun('addresses'));
  const out = text(child.stdout);
  await hold.reached;
  cloud.ec2.visibilityDelayMs = visibilityDelayMs;
  child.kill('SIGINT');
  await sleep(500);
  hold.release();
  await once(child, 'close');
  t.match(await out, /Interrupted.*nothing is left/s);
  t.strictSame(content(cloud), before);
});

test('an interface that was being made when the run was interrupted is found once EC2 tells of it', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const hold = cloud.faults.hold({ operation: 'CreateNetworkInterface', skip: 1, times: 1 });
  const child = start(cloud, shortRun('addresses'));
  const out = text(child.stdout);
  await hold.reached;
  cloud.ec2.visibilityDelayMs = visibilityDelayMs;
  child.kill('SIGINT');
  await sleep(100);
  hold.release();
  await once(child, 'close');
  t.match(await out, /Interrupted.*nothing is left/s);
  t.strictSame(content(cloud), before);
});
