import { DescribeTagsCommand } from '@aws-sdk/client-ec2';
import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import { allPages } from '../../common/aws/all-pages.ts';
import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { reply } from './answer.ts';
import { guestTag, runTag, zoneName } from './marks.ts';
import type { Part } from './options.ts';
import { hasTable } from './records.ts';
import {
  guestThing,
  interfaceThing,
  reservationThing,
  type Thing,
  tableThing,
  volumeThing,
  zoneThing,
} from './things.ts';

/**
 * Where to look for what a run has left, by part. Each tells things in the order in which they can be taken away: addresses before the
 * interfaces that remember them. What was made or deleted a moment ago may be told of late (EC2 API reference, "Eventual consistency").
 */
export const leftovers: Readonly<
  Record<Part, (aws: OrchestratorAws, runId: string, signal: AbortSignal) => Promise<Thing[]>>
> = {
  addresses: taggedThings,
  async names(aws, runId, signal) {
    return (await zonesBelow(aws, zoneName(runId), signal)).map((id) => zoneThing(aws, id));
  },
  records: tables,
  async claims(aws, runId, signal) {
    return [...(await taggedThings(aws, runId, signal)), ...(await tables(aws, runId, signal))];
  },
};

async function tables(aws: OrchestratorAws, runId: string, signal: AbortSignal): Promise<Thing[]> {
  return (await hasTable(aws, runId, signal)) ? [tableThing(aws, runId)] : [];
}

async function taggedThings(aws: OrchestratorAws, runId: string, signal: AbortSignal): Promise<Thing[]> {
  const found = await tags(
    aws,
    [
      { Name: 'key', Values: [runTag] },
      { Name: 'value', Values: [runId] },
    ],
    signal,
  );
  const of = (type: string) => found.filter(({ ResourceType }) => ResourceType === type).map(idOf);
  const interfaces = of('network-interface');
  return [
    ...(await guests(aws, interfaces, signal)),
    ...of('subnet-cidr-reservation').map((id) => reservationThing(aws, id)),
    ...of('volume').map((id) => volumeThing(aws, id)),
    ...interfaces.map((id) => interfaceThing(aws, id)),
  ];
}

/** Addresses that may still be where the run has moved them to. */
async function guests(aws: OrchestratorAws, interfaces: readonly string[], signal: AbortSignal): Promise<Thing[]> {
  if (interfaces.length === 0) return [];
  const filters = [
    { Name: 'key', Values: [guestTag] },
    { Name: 'resource-id', Values: [...interfaces] },
  ];
  return (await tags(aws, filters, signal)).map(({ Value = '' }) => {
    const [ip = '', interfaceId = ''] = Value.split(' ');
    return guestThing(aws, ip, interfaceId);
  });
}

async function tags(aws: OrchestratorAws, Filters: { Name: string; Values: string[] }[], signal: AbortSignal) {
  const call = { action: 'ec2:DescribeTags', signal };
  return allPages(async (next) => {
    const request = new DescribeTagsCommand({ Filters, MaxResults: 1000, ...(next && { NextToken: next }) });
    const answer = await reply(call, () => aws.clients.ec2.read.send(request, { abortSignal: signal }));
    return { items: answer.Tags ?? [], next: answer.NextToken };
  });
}

const idOf = ({ ResourceId = '' }: { readonly ResourceId?: string | undefined }): string => ResourceId;

/** Zones of the name and below it: they follow one another in Route 53's order, which begins at a name's last label. */
async function zonesBelow(aws: OrchestratorAws, name: string, signal: AbortSignal): Promise<string[]> {
  const call = { action: 'route53:ListHostedZonesByName', signal };
  const request = new ListHostedZonesByNameCommand({ DNSName: `${name}.`, MaxItems: 100 });
  const answer = await reply(call, () => aws.clients.route53.read.send(request, { abortSignal: signal }));
  const own = (answer.HostedZones ?? []).filter(({ Name = '' }) => Name === `${name}.` || Name.endsWith(`.${name}.`));
  return own.map(({ Id = '' }) => Id.replace('/hostedzone/', ''));
}
