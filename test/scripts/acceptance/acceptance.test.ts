import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { test } from 'tap';
import { startDynamoDbLocal } from '../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { account, call, cleanedUp, content, guest, primary, shortRun, start } from './accepted-account.ts';

test('every rule holds in the simulated account under the policy that is shipped, lags are measured, nothing is left', async (t) => {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const dynamoDb = await startDynamoDbLocal();
  t.teardown(() => dynamoDb.stop());
  const cloud = await account(t, { visibilityDelayMs: 250, imdsLagMs: 400 });
  cloud.route53.insyncMs = 900;
  const before = content(cloud);
  const endpoint = { AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url };
  const run = [...shortRun('addresses,names,records'), '--resolver', cloud.endpoints.dns];
  const { code, err, out, outcome } = await call(t, cloud, run, endpoint);

  t.equal(code, 0, err + out);
  const { judgements = [], measures = [] } = outcome ?? {};
  t.strictSame(
    judgements.filter((one) => one.outcome !== 'held'),
    [],
  );
  t.ok(judgements.length >= 35, `${judgements.length} rules were checked`);
  const least = (what: RegExp) => measures.filter((one) => what.test(one.what)).flatMap(({ millis }) => millis);
  // Most are measured from the answer, which is on its way for a while.
  for (const [what, lag] of [
    [/shows the new holder/, 250],
    [/metadata lists/, 100],
    [/metadata drops/, 100],
    [/INSYNC/, 200],
    [/resolver/, 200],
  ] as const) {
    t.ok(
      least(what).length > 0 && least(what).every((took) => took >= lag && took < lag + 3_000),
      `${what} ${least(what)}`,
    );
    t.match(out, what);
  }
  t.ok(least(/compare-and-set/).length > 0);
  t.match(out, /nothing is left/);
  t.strictSame(content(cloud), before);
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: dynamoDb.url,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  t.strictSame((await client.send(new ListTablesCommand())).TableNames, []);
  client.destroy();
});

const runIdIn = (told: string) => /Run (\w+) makes/.exec(told)?.[1] ?? '';

/** A change of state at which the run is killed, and the parts that make it. */
const kills = [
  { operation: 'CreateNetworkInterface', at: 'reply', skip: 1, parts: 'addresses' },
  { operation: 'CreateSubnetCidrReservation', at: 'reply', skip: 0, parts: 'addresses' },
  { operation: 'DeleteNetworkInterface', at: 'reply', skip: 1, parts: 'addresses' },
  { operation: 'ChangeTagsForResource', at: 'arrival', skip: 0, parts: 'names' },
  { operation: 'ChangeResourceRecordSets', at: 'reply', skip: 0, parts: 'names' },
  { operation: 'CreateHostedZone', at: 'reply', skip: 2, parts: 'names' },
] as const;

test('what a killed run has left, is found and taken away by its id', async (t) => {
  t.setTimeout(300_000);
  const cloud = await account(t);
  cloud.route53.insyncMs = 0;
  const before = content(cloud);
  const visit = (params: Readonly<Record<string, string>>) => params['NetworkInterfaceId'] === guest;
  const visited = {
    operation: 'AssignPrivateIpAddresses',
    at: 'reply',
    skip: 1,
    parts: 'addresses',
    where: visit,
  } as const;
  for (const { at, parts, ...match } of [...kills, visited]) {
    const hold = cloud.faults.hold({ ...match, times: 1 }, at);
    const child = start(cloud, shortRun(parts));
    const told = text(child.stderr);
    await Promise.race([hold.reached, once(child, 'close')]);
    child.kill('SIGKILL');
    hold.drop();
    const runId = runIdIn(await told);
    t.equal(hold.hits, 1, `${match.operation} was reached`);
    t.not(JSON.stringify(content(cloud)), JSON.stringify(before), `killed at ${match.operation}, something is left`);
    t.strictSame((await cleanedUp(cloud, runId, parts)).left, []);
    t.strictSame(content(cloud), before, `after ${match.operation} and the cleaning nothing is left`);
  }
});

test('--clean takes away what a killed run has left, says so, and may be repeated', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  // The first is a dry run.
  const hold = cloud.faults.hold({ operation: 'CreateVolume', skip: 1 }, 'reply');
  const child = start(cloud, shortRun('addresses'));
  const told = text(child.stderr);
  await hold.reached;
  child.kill('SIGKILL');
  hold.drop();
  const clean = ['--clean', runIdIn(await told), '--parts', 'addresses'];
  t.match(await call(t, cloud, clean), { code: 0, out: /taken away: volume vol-.*nothing is left/s });
  t.strictSame(content(cloud), before);
  t.match(await call(t, cloud, clean), { code: 0, out: /^nothing is left of run \w+\n$/ });
});

test('a run that is interrupted takes away what it has made', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const hold = cloud.faults.hold({ operation: 'CreateVolume' }, 'reply');
  const child = start(cloud, shortRun('addresses'));
  const out = text(child.stdout);
  await hold.reached;
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  t.equal(code, 1);
  t.match(await out, /Interrupted/);
  t.match(await out, /nothing is left/);
  t.strictSame(content(cloud), before);
});

test('a rule that AWS does not keep is told with what AWS answered; one that it cannot be asked about is not told', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const other = { kind: 'error', status: 400, code: 'ReplaceNotAllowed', message: 'Something else.' } as const;
  const silent = { kind: 'error', status: 403, code: 'UnauthorizedOperation', message: 'Not you.' } as const;
  cloud.faults.add(
    { operation: 'AssignPrivateIpAddresses', where: (params) => params['PrivateIpAddress.2'] !== undefined },
    other,
  );
  cloud.faults.add({ operation: 'CreateSubnetCidrReservation' }, silent);
  cloud.faults.add({ operation: 'CreateVolume', times: 2 }, { kind: 'throttle' });
  const { code, out, outcome } = await call(t, cloud, shortRun('addresses'));
  t.equal(code, 1);
  const judged = (start: string) => outcome?.judgements.find(({ rule }) => rule.startsWith(start));
  t.match(judged('one address outside the subnet'), {
    outcome: 'not held',
    answered: /ReplaceNotAllowed: Something else/,
  });
  t.match(judged('a range of the subnet is reserved'), {
    outcome: 'not told',
    answered: /may not ec2:CreateSubnetCidrRes/,
  });
  t.match(judged('a volume asked for again'), { outcome: 'held' });
  t.match(out, /NOT HELD {2}one address outside/);
  t.match(out, /1 not held, 1 not told/);
  t.strictSame(content(cloud), before);
});

test('nothing is made without consent, for a wrong interface or with wrong arguments', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  const unasked = await call(
    t,
    cloud,
    shortRun('addresses').filter((one) => one !== '--yes'),
  );
  t.match(unasked, { code: 2, err: /Nobody can be asked here/ });
  const elsewhere = await call(t, cloud, ['--subnet', 'subnet-0a', '--interface', 'eni-0123456789abcdef0', '--yes']);
  t.match(elsewhere, { code: 2, err: /EC2 knows no such interface/ });
  const wrong = await call(t, cloud, ['--times', 'many', '--parts', 'volumes']);
  t.match(wrong, { code: 2, err: /--parts volumes.*\n--subnet: .*\n--times many/ });
  t.strictSame(content(cloud), before);
});

test('where the VPC CNI may run, only an interface that it leaves alone is visited', async (t) => {
  const cloud = await account(t);
  const before = content(cloud);
  // Without `ip` there is no telling.
  const blind = { PATH: '/nonexistent' };
  const why = /cannot be told whether the VPC CNI runs here.*no_manage=true/;
  const others = ['--parts', 'addresses', '--yes'];
  const byPrimary = ['--subnet', primary.subnetId, '--interface', primary.id, ...others];
  t.match(await call(t, cloud, byPrimary, blind), { code: 2, err: why });
  cloud.ec2.interface(guest)?.tags.delete('node.k8s.amazonaws.com/no_manage');
  t.match(await call(t, cloud, shortRun('addresses'), blind), { code: 2, err: why });
  t.strictSame(content(cloud), before);
});
