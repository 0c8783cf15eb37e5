import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { FirecampError } from '../domain/errors.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { type AddressRecord, type NameService, RecordSetConflictError } from '../ports/names.ts';
import { awsRead, awsWrite } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import { absoluteName, plainAddressRecord, plainName, recordSet } from './route53-records.ts';

/** Route 53 as `NameService`; see there for what it promises. Changes are sent once: a second DELETE would lose against the first. */
export class Route53Names implements NameService {
  readonly #aws: Pick<AwsClients, 'route53' | 'credentials'>;

  constructor(aws: Pick<AwsClients, 'route53' | 'credentials'>) {
    this.#aws = aws;
  }

  async find(hostedZoneId: string, name: string, options: CallOptions): Promise<AddressRecord | undefined> {
    const call = { action: 'route53:ListResourceRecordSets', ...options };
    const request = new ListResourceRecordSetsCommand({
      HostedZoneId: hostedZoneId,
      StartRecordName: absoluteName(name),
      StartRecordType: 'A',
      MaxItems: 1,
    });
    const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.route53.read.send(request, wire));
    if (reply.ResourceRecordSets === undefined) throw malformedReply(call, 'it has no list of records');
    // The list starts at the name *or after it* (Route 53 API reference, ListResourceRecordSets).
    const found = reply.ResourceRecordSets[0];
    if (found?.Type !== 'A' || found.Name === undefined || plainName(found.Name) !== plainName(name)) return undefined;
    return addressRecord(found, hostedZoneId);
  }

  async replace(
    hostedZoneId: string,
    current: AddressRecord | undefined,
    next: AddressRecord,
    options: CallOptions,
  ): Promise<string> {
    const call = { action: 'route53:ChangeResourceRecordSets', ...options };
    const remove = current === undefined ? [] : [{ Action: 'DELETE' as const, ResourceRecordSet: recordSet(current) }];
    const add = { Action: 'CREATE' as const, ResourceRecordSet: recordSet(next) };
    const request = new ChangeResourceRecordSetsCommand({
      HostedZoneId: hostedZoneId,
      ChangeBatch: { Changes: [...remove, add] },
    });
    try {
      const reply = await awsWrite(this.#aws.credentials, call, (wire) => this.#aws.route53.write.send(request, wire));
      const id = reply.ChangeInfo?.Id;
      if (!id) throw malformedReply(call, 'it names no change');
      return id.replace(/^\/change\//, '');
    } catch (error) {
      throw conflictOf(error, next.name) ?? error;
    }
  }

  async isInSync(changeId: string, options: CallOptions): Promise<boolean> {
    const call = { action: 'route53:GetChange', ...options };
    const request = new GetChangeCommand({ Id: changeId });
    const reply = await awsRead(this.#aws.credentials, call, (wire) => this.#aws.route53.read.send(request, wire));
    const status = reply.ChangeInfo?.Status;
    if (status === undefined) throw malformedReply(call, 'it has no status');
    return status === 'INSYNC';
  }
}

function addressRecord(found: ResourceRecordSet, hostedZoneId: string): AddressRecord {
  const record = plainAddressRecord(found);
  if (record === undefined) {
    const name = plainName(found.Name ?? '');
    const text = `The A record ${name} in zone ${hostedZoneId} is an alias or has a routing policy; it is not one of ours.`;
    throw new FirecampError('FC-DNS-002', text, { fields: { name, hostedZoneId } });
  }
  return record;
}

function conflictOf(error: unknown, name: string): RecordSetConflictError | undefined {
  const cause = error instanceof FirecampError ? error.cause : undefined;
  if (!(cause instanceof InvalidChangeBatch)) return undefined;
  return new RecordSetConflictError(name, cause.messages?.join('; ') || cause.message);
}
