import {
  type Change,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  type VPCRegion,
} from '@aws-sdk/client-route-53';
import { answerTo } from './answer.ts';
import type { Place } from './place.ts';

/** Asks for a private zone that the run's VPC sees. */
export async function createZone({ aws, runId, subnet, signal }: Place, name: string, callerReference: string) {
  const request = new CreateHostedZoneCommand({
    Name: `${name}.`,
    CallerReference: callerReference,
    HostedZoneConfig: { Comment: `firecamp acceptance ${runId}`, PrivateZone: true },
    VPC: { VPCId: subnet.vpcId, VPCRegion: (await aws.clients.region()) as VPCRegion },
  });
  const call = { action: 'route53:CreateHostedZone', signal };
  return answerTo(call, () => aws.clients.route53.write.send(request, { abortSignal: signal }));
}

/** Asks for the deletion of a zone. */
export function deleteZone({ aws, signal }: Place, Id: string) {
  const call = { action: 'route53:DeleteHostedZone', signal };
  const request = new DeleteHostedZoneCommand({ Id });
  return answerTo(call, () => aws.clients.route53.write.send(request, { abortSignal: signal }));
}

/** One change of a plain A record. */
export function aRecord(Action: 'CREATE' | 'DELETE' | 'UPSERT', name: string, value: string, TTL = 5): Change {
  return { Action, ResourceRecordSet: { Name: name, Type: 'A', TTL, ResourceRecords: [{ Value: value }] } };
}

/** Sends one batch. */
export function change({ aws, signal }: Place, HostedZoneId: string, ...Changes: Change[]) {
  const call = { action: 'route53:ChangeResourceRecordSets', signal };
  const request = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
  return answerTo(call, () => aws.clients.route53.write.send(request, { abortSignal: signal }));
}

/** The A records that Route 53 lists, as `name=value`, in its own spelling. */
export async function listed(
  { aws, signal }: Place,
  HostedZoneId: string,
  query: Partial<ListResourceRecordSetsRequest> = {},
) {
  const call = { action: 'route53:ListResourceRecordSets', signal };
  const request = new ListResourceRecordSetsCommand({ HostedZoneId, ...query });
  const answer = await answerTo(call, () => aws.clients.route53.read.send(request, { abortSignal: signal }));
  const sets = 'said' in answer ? (answer.said.ResourceRecordSets ?? []) : [];
  const plain = sets.filter(({ Type }) => Type === 'A');
  return plain.map(({ Name, ResourceRecords = [] }) => `${Name}=${ResourceRecords.map(({ Value }) => Value).join()}`);
}

/** Asks for the state of a change. */
export function getChange({ aws, signal }: Place, Id: string) {
  const call = { action: 'route53:GetChange', signal };
  const request = new GetChangeCommand({ Id });
  return answerTo(call, () => aws.clients.route53.read.send(request, { abortSignal: signal }));
}
