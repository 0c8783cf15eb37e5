import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Test, test } from 'tap';
import { dynamoDbRecordStore } from '../../../../common/store/clouddb/open.ts';
import { freePorts } from '../../../../scripts/rig/free-port.ts';
import { samples } from '../../../contract/sample-records.ts';
import { rejectionOf } from '../../../rejection.ts';
import { dynamoDbAt } from './dynamodb-at.ts';

const live = { signal: new AbortController().signal };

/** A store whose DynamoDB answers everything so, and how often it was asked. */
async function storeAnswered(t: Test, answer: (response: ServerResponse) => void) {
  const asked = { times: 0 };
  const server = createServer((_, response) => {
    asked.times++;
    answer(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { access } = dynamoDbAt(t, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const store = dynamoDbRecordStore(access, 'prod');
  const create = () => rejectionOf(store.create('staticIp', samples.staticIp, live));
  const get = () => rejectionOf(store.get('staticIp', samples.staticIp, live));
  return { create, get, asked };
}

function refusal(status: number, type: string) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'words of AWS' }));
  };
}

test('tells a write that was turned away from one that may have happened', async (t) => {
  const unavailable = { code: 'FC-REC-005', exitCode: 3 };
  const cases = [
    [400, 'ProvisionedThroughputExceededException', { ...unavailable, effect: 'none', transient: true }],
    [400, 'ThrottlingException', { ...unavailable, effect: 'none', transient: true }],
    [400, 'TransactionConflictException', { ...unavailable, effect: 'none', transient: true }],
    [400, 'ValidationException', { ...unavailable, effect: 'none', transient: false }],
    [400, 'AccessDeniedException', { code: 'FC-REC-007', effect: 'none', transient: false }],
    [400, 'UnrecognizedClientException', { code: 'FC-AWS-005', effect: 'none', transient: false }],
    [400, 'ResourceNotFoundException', { code: 'FC-REC-006' }],
    [
      500,
      'InternalServerError',
      { ...unavailable, effect: 'unknown', transient: true, message: /may have taken effect/ },
    ],
  ] as const;
  for (const [status, type, expected] of cases) {
    const { create } = await storeAnswered(t, refusal(status, type));
    t.match(await create(), expected, type);
  }
});

test('sends a write once, whatever the answer: a second try would meet the first', async (t) => {
  const { create, asked } = await storeAnswered(t, refusal(500, 'InternalServerError'));
  await create();
  t.equal(asked.times, 1);
});

test('does not know what a cut or garbled answer means, unless it only read', async (t) => {
  const cut = await storeAnswered(t, (response) => response.destroy());
  t.match(await cut.create(), { code: 'FC-REC-005', effect: 'unknown', transient: true });
  t.match(await cut.get(), { code: 'FC-REC-005', effect: 'none', transient: true });
  const garbled = await storeAnswered(t, (response) => response.end('<html>proxy</html>'));
  t.match(await garbled.create(), { code: 'FC-REC-005', effect: 'unknown', transient: true });
});

test('knows that nothing happened where nobody listens', async (t) => {
  const [closed] = await freePorts(1);
  const { access } = dynamoDbAt(t, `http://127.0.0.1:${closed}`);
  const store = dynamoDbRecordStore(access, 'prod');
  const error = await rejectionOf(store.create('staticIp', samples.staticIp, live));
  t.match(error, { code: 'FC-REC-005', effect: 'none', transient: true });
});
