import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Test } from 'tap';

/** An implementation of Route 53 under test. */
export interface Route53Candidate {
  readonly client: Route53Client;
  /** a VPC that exists, for private zones */
  readonly vpc: { readonly VPCId: string; readonly VPCRegion: 'us-east-1' };
}

/** A zone made for one case. */
export interface Zone extends Route53Candidate {
  readonly id: string;
  readonly name: string;
}

/** One thing that the documentation promises. */
export interface Case {
  readonly title: string;
  readonly run: (t: Test, zone: Zone) => Promise<void>;
}

/** A change of a simple A record. */
export function a(action: 'CREATE' | 'DELETE' | 'UPSERT', name: string, values: readonly string[], ttl = 5): Change {
  const records = values.map((Value) => ({ Value }));
  return { Action: action, ResourceRecordSet: { Name: name, Type: 'A', TTL: ttl, ResourceRecords: records } };
}

/** Sends one batch. */
export function change({ client, id }: Zone, ...changes: Change[]) {
  return client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes: changes } }));
}

/** Lists record sets of the zone. */
export function list({ client, id }: Zone, query: Partial<ListResourceRecordSetsCommandInput> = {}) {
  return client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id, ...query }));
}

/** The A records of the zone: name to values. */
export async function addresses(zone: Zone): Promise<Record<string, (string | undefined)[]>> {
  const { ResourceRecordSets: sets = [] } = await list(zone);
  const records = sets.filter(({ Type }) => Type === 'A');
  return Object.fromEntries(records.map((set) => [set.Name, set.ResourceRecords?.map(({ Value }) => Value) ?? []]));
}
