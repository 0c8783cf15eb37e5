import { type Answer, type Call, changeTree, pageSize, requestBody, zoneOf } from './call.ts';
import type { Change } from './change-batch.ts';
import { invalidInput, Route53Failure } from './failure.ts';
import { compareNames, normaliseName } from './names.ts';
import { compareRecords, type RecordSet } from './records.ts';
import type { XmlNode, XmlTree } from './xml.ts';

/** Record sets a page. Source: Route 53 API reference, ListResourceRecordSets ("up to 300 at a time"). */
const MAX_RECORDS = 300;
/** Elements of other record sets than the simple ones; they are refused rather than half understood. */
const NOT_SIMULATED: readonly string[] = [
  ...['SetIdentifier', 'Weight', 'Region', 'GeoLocation', 'Failover', 'MultiValueAnswer', 'AliasTarget'],
  ...['HealthCheckId', 'TrafficPolicyInstanceId', 'CidrRoutingConfig', 'GeoProximityLocation'],
];

/** Source: Route 53 API reference, ChangeResourceRecordSets. */
export function changeResourceRecordSets(call: Call): Answer {
  const zone = zoneOf(call);
  if (call.state.isBusy(zone.id)) {
    // Source: Developer Guide, "Quotas", ChangeResourceRecordSets requests.
    const message = 'The request was rejected because Route 53 was still processing a prior request.';
    throw new Route53Failure(400, 'PriorRequestNotComplete', message);
  }
  const batch = requestBody(call).child('ChangeBatch');
  const changes = (batch?.list('Changes', 'Change') ?? []).map(readChange);
  if (changes.length === 0) throw invalidInput('Invalid request: Expected at least one Change');
  const { outcome, info } = call.state.change(zone.id, changes, batch?.text('Comment'));
  if (!outcome.ok) throw new Route53Failure(400, 'InvalidChangeBatch', `[${outcome.messages.join(', ')}]`);
  return { tree: { ChangeInfo: info === undefined ? undefined : changeTree(info) } };
}

/** The changes that a request's body asks for; none when it cannot be read (for IAM's conditions). */
export function changesAsked(call: Call): Change[] {
  try {
    return (requestBody(call).child('ChangeBatch')?.list('Changes', 'Change') ?? []).map(readChange);
  } catch (error) {
    if (error instanceof Route53Failure) return [];
    throw error;
  }
}

function readChange(node: XmlNode): Change {
  const action = node.text('Action');
  const set = node.child('ResourceRecordSet');
  const name = set?.text('Name');
  const type = set?.text('Type');
  if (action !== 'CREATE' && action !== 'DELETE' && action !== 'UPSERT') {
    throw invalidInput(`Invalid request: Action '${action}' is not one of CREATE, DELETE, UPSERT`);
  }
  if (set === undefined || !name || !type) throw invalidInput('Invalid request: a Change needs a Name and a Type');
  const foreign = NOT_SIMULATED.find((element) => set.child(element) !== undefined);
  if (foreign !== undefined) throw invalidInput(`the simulated Route 53 knows only simple record sets, not ${foreign}`);
  const values = set.list('ResourceRecords', 'ResourceRecord').map((record) => record.text('Value') ?? '');
  const ttl = set.text('TTL');
  if (ttl === undefined || values.length === 0) {
    // The words of the service, which knows no DELETE by name and type alone (aws/aws-sdk-ruby #1119).
    throw invalidInput(
      'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or ' +
        `TrafficPolicyInstanceId], but found none in Change with [Action=${action}, Name=${name}, Type=${type}, ` +
        'SetIdentifier=null]',
    );
  }
  if (!/^\d+$/.test(ttl) || Number(ttl) > 2_147_483_647) throw invalidInput(`Invalid TTL: '${ttl}'`);
  return { action, record: { name: normaliseName(name), type, ttl: Number(ttl), values } };
}

/**
 * Record sets from the name (and type) that was asked for *or the next one after it*, in the order of the labels from
 * the right: the first result need not be what was asked for. Source: Route 53 API reference, ListResourceRecordSets.
 */
export function listResourceRecordSets(call: Call): Answer {
  const zone = zoneOf(call);
  const size = pageSize(call, MAX_RECORDS);
  const name = call.query.get('name');
  const type = call.query.get('type');
  if (type !== null && name === null) throw invalidInput('Invalid request: type needs name');
  const start = name === null ? undefined : normaliseName(name);
  const rest = call.state.records(zone.id).filter((record) => {
    if (start === undefined) return true;
    if (type === null) return compareNames(record.name, start) >= 0;
    return compareRecords(record, { name: start, type }) >= 0;
  });
  const next = rest[size];
  return {
    tree: {
      ResourceRecordSets: { ResourceRecordSet: rest.slice(0, size).map(recordTree) },
      IsTruncated: next !== undefined,
      MaxItems: size,
      NextRecordName: next?.name,
      NextRecordType: next?.type,
    },
  };
}

function recordTree({ name, type, ttl, values }: RecordSet): XmlTree {
  return {
    Name: name,
    Type: type,
    TTL: ttl,
    ResourceRecords: { ResourceRecord: values.map((value) => ({ Value: value })) },
  };
}

/** Source: Route 53 API reference, GetChange: PENDING, then INSYNC; an id that was never given is NoSuchChange. */
export function getChange(call: Call): Answer {
  const id = call.ids[0] ?? '';
  const info = call.state.changeInfo(id);
  if (info === undefined) {
    throw new Route53Failure(404, 'NoSuchChange', `A change with the specified change ID does not exist: ${id}`);
  }
  return { tree: { ChangeInfo: changeTree(info) } };
}
