import { type Test, test } from 'tap';
import { systemClock } from '../../../../common/runtime/system-clock.ts';
import { dynamoDbBatchStore } from '../../../../common/store/clouddb/open-batches.ts';
import { startDynamoDbLocal } from '../../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { samples, serviceUuid } from '../../../contract/sample-records.ts';
import { rejectionOf } from '../../../rejection.ts';
import { type DynamoDbAt, dynamoDbAt } from './dynamodb-at.ts';
import { type DynamoDbFault, dynamoDbFront } from './dynamodb-front.ts';

const live = { signal: new AbortController().signal };
const retry = { clock: systemClock, random: () => 0 };

/** A store whose way to DynamoDB goes wrong. */
async function behind(t: Test, url: string, fault: Parameters<typeof dynamoDbFront>[2]) {
  const front = await dynamoDbFront(t, url, fault);
  const { access } = dynamoDbAt(t, front.url);
  return { store: dynamoDbBatchStore(access, 'prod', retry), calls: front.calls };
}

function canceled(...codes: readonly string[]): DynamoDbFault {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const __type = 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException';
  return { status: 400, reply: { __type, message: 'words of AWS', CancellationReasons } };
}

const addresses = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...samples.staticIp, ip: `10.0.4.${index}` }));
const creations = (count: number) =>
  addresses(count).map((record) => ({ op: 'create', kind: 'staticIp', record }) as const);

test('batches of records on DynamoDB Local, with calls that go wrong', async (t) => {
  if (!(await needs(t, 'dynamodb-local'))) return;
  const local = await startDynamoDbLocal();
  t.teardown(() => local.stop());
  const dynamo: DynamoDbAt = dynamoDbAt(t, local.url);
  const place = async (t: Test, fault: Parameters<typeof behind>[2]) => {
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = local.url;
    await dynamo.emptyTable('prod');
    return behind(t, local.url, fault);
  };

  t.test('takes a transaction for each hundred records, and one more where a condition was lost', async (t) => {
    const { store, calls } = await place(t, () => undefined);
    const [taken] = addresses(1);
    if (taken) await store.create('staticIp', { ...taken, zone: 'us-east-1c' }, live);
    const outcomes = await store.writeAll(creations(230), live);
    t.match(outcomes[0], { met: { record: { zone: 'us-east-1c' } } });
    t.equal(outcomes.filter((one) => 'done' in one).length, 229);
    const sizes = calls.flatMap(({ body }) => body.TransactItems?.length ?? []);
    t.strictSame(sizes, [100, 99, 100, 30]);
    calls.length = 0;
    const ips = addresses(256).map(({ ip }) => ip);
    t.equal((await store.addressRecords(serviceUuid, ips, live)).size, 230);
    t.strictSame(
      calls.map(({ action }) => action),
      ['BatchGetItem', 'BatchGetItem', 'BatchGetItem'],
    );
  });

  t.test('sends a transaction whose answer was lost again under its token, and finds it done', async (t) => {
    const { store, calls } = await place(t, (_, nth) => (nth === 1 ? 'answerLost' : undefined));
    const created = await store.writeAll(creations(3), live);
    t.equal(created.filter((one) => 'done' in one).length, 3);
    t.strictSame(
      calls.map(({ action }) => action),
      ['TransactWriteItems', 'TransactWriteItems'],
    );
    t.ok(calls[0]?.body.ClientRequestToken);
    t.equal(calls[0]?.body.ClientRequestToken, calls[1]?.body.ClientRequestToken);
  });

  t.test('finds an update done whose answer was lost, and the next one starts from it', async (t) => {
    const lose = { next: false };
    const { store } = await place(t, () => {
      const wrong = lose.next ? 'answerLost' : undefined;
      lose.next = false;
      return wrong;
    });
    const current = await store.create('staticIp', samples.staticIp, live);
    lose.next = true;
    const change = {
      op: 'update',
      kind: 'staticIp',
      current,
      next: { ...current.record, zone: 'us-east-1b' },
    } as const;
    const [outcome] = await store.writeAll([change], live);
    const now = await store.get('staticIp', samples.staticIp, live);
    t.strictSame(outcome, { done: now });
    t.match(now.record, { zone: 'us-east-1b', revision: 2n });
  });

  t.test('waits for another transaction on the same records to end, and takes no loser out for it', async (t) => {
    const { store, calls } = await place(t, (_, nth) =>
      nth <= 2 ? canceled('None', 'TransactionConflict', 'None') : undefined,
    );
    const outcomes = await store.writeAll(creations(3), live);
    t.equal(outcomes.filter((one) => 'done' in one).length, 3);
    t.equal(calls.length, 3);
  });

  t.test('names the record that DynamoDB will never take, and wrote nothing', async (t) => {
    const { store } = await place(t, () => canceled('None', 'ValidationError', 'None'));
    const error = await rejectionOf(store.writeAll(creations(3), live));
    t.match(error, { code: 'FC-REC-005', effect: 'none', transient: false, message: /static IP record 10\.0\.4\.1/ });
  });

  t.test('says that some may be written when a later transaction fails', async (t) => {
    const { store } = await place(t, (_, nth) => (nth === 2 ? canceled('ValidationError') : undefined));
    const error = await rejectionOf(store.writeAll(creations(150), live));
    t.match(error, { code: 'FC-REC-005', effect: 'unknown', transient: false, message: /may have taken effect/ });
  });

  t.test('asks again for the keys that DynamoDB left for later, and only for those', async (t) => {
    const asked: number[] = [];
    const { store } = await place(t, ({ action, body }, nth) => {
      if (action !== 'BatchGetItem') return undefined;
      const request = body as { RequestItems: { 'prod-firecamp-table': { Keys: readonly unknown[] } } };
      const { Keys } = request.RequestItems['prod-firecamp-table'];
      asked.push(Keys.length);
      if (nth > 1) return undefined;
      const left = { 'prod-firecamp-table': { Keys: Keys.slice(1), ConsistentRead: true } };
      return { status: 200, reply: { Responses: {}, UnprocessedKeys: left } };
    });
    await store.writeAll(creations(5), live);
    const found = await store.addressRecords(
      serviceUuid,
      addresses(5).map(({ ip }) => ip),
      live,
    );
    t.strictSame(asked, [5, 4]);
    t.strictSame([...found.keys()].sort(), ['10.0.4.1', '10.0.4.2', '10.0.4.3', '10.0.4.4']);
  });
});
