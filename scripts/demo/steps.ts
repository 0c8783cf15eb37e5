import type { AddressMove } from '../../test/cloud/ec2/address-history.ts';
import type { Run } from './member-pod.ts';
import { nodeOfInterface } from './nodes.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { TimelineRow } from './timeline.ts';

const whoOf = {
  pods: 'Kubernetes',
  store: 'DynamoDB',
  ec2: 'EC2',
  route53: 'Route 53',
  imds: 'IMDS',
  sts: 'STS',
  servicequotas: 'Service Quotas',
  'pod-identity-agent': 'Pod Identity Agent',
} as const;

/** The calls of a run, by their time and, where that is known, by who made them: a waiting process may ask something meanwhile. */
export function callsWithin(
  calls: readonly RecordedCall[],
  run: Pick<Run, 'by' | 'startedMs' | 'endedMs'>,
): RecordedCall[] {
  return calls
    .filter((call) => call.by === undefined || call.by === run.by)
    .filter((call) => call.began >= run.startedMs && call.ended <= run.endedMs)
    .sort((a, b) => a.began - b.began);
}

/** Turns a run into the rows of its timeline: calls as their servers saw them, and steps on the node as the log tells them. */
export function stepsOf(
  run: Run,
  calls: readonly RecordedCall[],
  moves: readonly AddressMove[],
  local: readonly TimelineRow[],
): TimelineRow[] {
  const rows = gather(calls).map((group) => rowOf(group, moves));
  const first = Math.min(run.endedMs, ...rows.map((row) => row.began));
  const start: TimelineRow = {
    who: 'program',
    what: 'starts',
    began: run.startedMs,
    ended: first,
    changes: [],
    kind: 'local',
  };
  return [start, ...rows, ...local].sort((a, b) => a.began - b.began);
}

/** A step on the node, timed by the program's own log; undefined when there was none. */
export function phase(run: Run, name: string, row: Pick<TimelineRow, 'who' | 'what' | 'changes'>): TimelineRow[] {
  const line = run.log.find((one) => one['phase'] === name && one['outcome'] === 'done');
  if (line === undefined) return [];
  const ended = Date.parse(String(line['time']));
  return [{ ...row, began: ended - Number(line['tookMs']), ended, kind: 'local' }];
}

/** Calls of one kind that lie side by side, and metadata reads in a row, make one row. */
function gather(calls: readonly RecordedCall[]): RecordedCall[][] {
  const groups: RecordedCall[][] = [];
  for (const call of calls) {
    const found = groups.find(
      (group) =>
        labelOf(group) === labelOf([call]) &&
        call.began - Math.max(...group.map((one) => one.ended)) < (call.asked === 'imds' ? 20 : 0),
    );
    if (found === undefined) groups.push([call]);
    else found.push(call);
  }
  return groups;
}

function rowOf(group: readonly RecordedCall[], moves: readonly AddressMove[]): TimelineRow {
  const [call] = group as [RecordedCall];
  const times = group.length > 1 ? ` ×${group.length}` : '';
  return {
    who: whoOf[call.asked],
    what: `${labelOf(group)}${times}`,
    began: Math.min(...group.map((one) => one.began)),
    ended: Math.max(...group.map((one) => one.ended)),
    changes: group.flatMap((one) => changesOf(one, moves)),
    kind: call.asked,
  };
}

function labelOf([call]: readonly RecordedCall[]): string {
  if (call === undefined) return '';
  if (call.asked === 'imds') return 'metadata';
  return call.asked === 'store' ? `${call.operation} ${recordKind(call.body)}` : call.operation;
}

/** Which record a DynamoDB request is about, by its partition key. */
function recordKind(body: string): string {
  const key = /"(?:PartitionKey|:partition)":\{"S":"(\w+?)Key-/.exec(body)?.[1] ?? '';
  const names: Record<string, string> = {
    Service: 'service',
    ServiceAttr: 'service',
    ServiceMember: 'member',
    StaticIP: 'address',
    Config: 'config file',
  };
  return names[key] ?? key;
}

function changesOf(call: RecordedCall, moves: readonly AddressMove[]): string[] {
  if (call.asked === 'store') return call.operation === 'UpdateItem' ? recordChange(call.body) : [];
  if (call.asked === 'route53' && call.operation === 'ChangeResourceRecordSets') return ['the name was changed'];
  if (call.asked === 'pods' && call.operation === 'POST events') return [`Event: ${JSON.parse(call.body).reason}`];
  if (call.asked !== 'ec2') return [];
  const during = moves.filter(({ at }) => at >= call.began && at <= call.ended);
  return during.map(({ ip, from, to }) => `${ip}: ${holder(from)} → ${holder(to)}`);
}

function holder(interfaceId: string | undefined): string {
  return interfaceId === undefined ? 'nobody' : `${nodeOfInterface(interfaceId)} (…${interfaceId.slice(-4)})`;
}

/** What a write makes of the address record: its values are FireCamp's JSON, as bytes. */
function recordChange(body: string): string[] {
  const { UpdateExpression, ExpressionAttributeValues } = JSON.parse(body) as UpdateItem;
  // The condition's values are those of the record that is replaced.
  const set = UpdateExpression.match(/:\w+/g) ?? [];
  return set.flatMap((name) => {
    const text = Buffer.from(ExpressionAttributeValues[name]?.B ?? '', 'base64').toString('utf8');
    const state = /"State":"(\w+)"/.exec(text)?.[1];
    const epoch = /"Epoch":(\d+)/.exec(text)?.[1];
    const pod = /"PodName":"([^"]+)"/.exec(text)?.[1];
    return state === undefined ? [] : [`record: ${state} by ${pod}, epoch ${epoch}`];
  });
}

interface UpdateItem {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, { readonly B?: string }>>;
}
