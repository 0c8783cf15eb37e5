import t from 'tap';
import type { Asked, RecordedCall } from '../../../scripts/demo/recorded-call.ts';
import { callsWithin, stepsOf } from '../../../scripts/demo/steps.ts';

const call = (asked: Asked, began: number, ended: number, parts: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ asked, operation: 'X', body: '', params: {}, began, ended },
  ...parts,
});
const run = {
  ...{ by: 'me', startedMs: 0, endedMs: 1000, code: 0, signal: undefined, stdout: '', stderr: '', log: [] },
};

t.test('calls of a waiting process beside a run, and those before and after, are not the run’s', (t) => {
  const mine = call('store', 10, 20, { by: 'me' });
  const calls = [call('store', 12, 20, { by: 'waiter' }), mine, call('ec2', -5, 3), call('ec2', 990, 1003)];
  t.same(callsWithin(calls, run), [mine]);
  t.end();
});

t.test('a write of the address record shows the record that it makes, not the one that it replaces', (t) => {
  const spec = (state: string, epoch: number) =>
    Buffer.from(JSON.stringify({ Owner: { PodName: 'redis-0', Epoch: epoch, State: state } })).toString('base64');
  const body = JSON.stringify({
    Key: { PartitionKey: { S: 'StaticIPKey-10.0.1.200' } },
    UpdateExpression: 'SET #n0 = :v0',
    ConditionExpression: '#c0 = :c0',
    ExpressionAttributeValues: { ':c0': { B: spec('released', 1) }, ':v0': { B: spec('claiming', 2) } },
  });
  const steps = stepsOf(run, [call('store', 10, 16, { operation: 'UpdateItem', body })], [], []);
  t.match(steps, [
    { who: 'program', began: 0, ended: 10 },
    { who: 'DynamoDB', what: 'UpdateItem address', changes: ['record: claiming by redis-0, epoch 2'] },
  ]);
  t.end();
});

t.test('a move in EC2 is told by nodes, at the call that made it', (t) => {
  const moves = [
    { at: 200, vpcId: 'vpc', ip: '10.0.1.200', from: 'eni-00000000000000001', to: 'eni-00000000000000002' },
    { at: 900, vpcId: 'vpc', ip: '10.0.1.200', from: 'eni-00000000000000002', to: undefined },
  ];
  const steps = stepsOf(run, [call('ec2', 100, 350, { operation: 'AssignPrivateIpAddresses' })], moves, []);
  t.same(steps[1]?.changes, ['10.0.1.200: node-1 (…0001) → node-2 (…0002)']);
  t.end();
});

t.test('calls of one kind side by side make one row', (t) => {
  const twins = [
    call('ec2', 100, 220, { operation: 'DescribeNetworkInterfaces' }),
    call('ec2', 101, 221, { operation: 'DescribeNetworkInterfaces' }),
    call('ec2', 500, 620, { operation: 'DescribeNetworkInterfaces' }),
  ];
  const rows = stepsOf(run, twins, [], []).map(({ what, began, ended }) => ({ what, began, ended }));
  t.same(rows.slice(1), [
    { what: 'DescribeNetworkInterfaces ×2', began: 100, ended: 221 },
    { what: 'DescribeNetworkInterfaces', began: 500, ended: 620 },
  ]);
  t.end();
});
