import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Test, test } from 'tap';
import { systemClock } from '../../../../common/runtime/system-clock.ts';
import { dynamoDbBatchStore } from '../../../../common/store/clouddb/open-batches.ts';
import { startDynamoDbLocal } from '../../../../scripts/rig/dynamodb-local.ts';
import { needs } from '../../../../scripts/rig/requirements.ts';
import { samples, serviceUuid } from '../../../contract/sample-records.ts';
import { rejectionOf } from '../../../rejection.ts';
import { type DynamoDbAt, dynamoDbAt } from './dynamodb-at.ts';

const live = { signal: new AbortController().signal };
const retry = { clock: systemClock, random: () => 0 };

interface Call {
  readonly action: string;
  readonly body: { readonly ClientRequestToken?: string; readonly TransactItems?: readonly unknown[] };
}

/** What becomes of a call: the answer is lost after the database acted, or is this one in place of the database's. */
type Fault = 'answerLost' | { readonly status: number; readonly reply: object } | undefined;

/** A way to DynamoDB on which calls are counted and go wrong. */
async function behind(t: Test, url: string, fault: (call: Call, nth: number) => Fault) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString();
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const call = { action, body: JSON.parse(text) };
    calls.push(call);
    const wrong = fault(call, calls.filter((one) => one.action === action).length);
    if (typeof wrong === 'object') return answer(response, wrong.status, JSON.stringify(wrong.reply));
    const reply = await forwarded(url, request, text);
    if (wrong === 'answerLost') return response.destroy();
    answer(response, reply.status, await reply.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { access } = dynamoDbAt(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { store: dynamoDbBatchStore(access, 'prod', retry), calls };
}

function forwarded(url: string, request: IncomingMessage, body: string): Promise<Response> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && /^(x-amz|authorization|content-type)/.test(name) ? [[name, value]] : [],
  );
  return fetch(url, { method: 'POST', headers, body });
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(body);
}

function canceled(...codes: readonly string[]): Fault {
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
