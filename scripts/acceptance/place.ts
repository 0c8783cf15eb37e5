import { DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { BatchRecordStore } from '../../common/ports/batch-record-store.ts';
import type { PrivateZone } from '../../common/ports/hosted-zones.ts';
import type { Subnet } from '../../common/ports/subnets.ts';
import { answerTo } from './answer.ts';

/** Where a run works, and how it reaches AWS: through the adapters that the programs have. */
export interface Place {
  readonly runId: string;
  readonly aws: OrchestratorAws;
  readonly subnet: Pick<Subnet, 'id' | 'vpcId' | 'zone' | 'cidr'>;
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal;
}

/** A place with two interfaces of the run, attached to nothing. */
export interface AddressPlace extends Place {
  readonly a: NetworkInterface;
  readonly b: NetworkInterface;
  /** Milliseconds after which Describe has shown every change so far; for looking whether nothing has changed. */
  readonly settleMs: number;
}

/** A place on an instance, with an interface of it that addresses of the run visit. */
export interface GuestPlace extends AddressPlace {
  readonly guest: NetworkInterface;
  /** Addresses that an interface of this instance has room for. */
  readonly limit: number;
}

/** A place with a private hosted zone of the run. */
export interface ZonePlace extends Place {
  readonly zone: PrivateZone;
}

/** A place with a table of the run. */
export interface RecordPlace extends Place {
  readonly store: BatchRecordStore;
}

/** The subnet of that id. @throws FirecampError when AWS does not tell it. */
export async function describedSubnet(
  aws: OrchestratorAws,
  id: string,
  signal: AbortSignal,
): Promise<Place['subnet'] | undefined> {
  const request = new DescribeSubnetsCommand({ SubnetIds: [id] });
  const call = { action: 'ec2:DescribeSubnets', signal };
  const answer = await answerTo(call, () => aws.clients.ec2.read.send(request, { abortSignal: signal }));
  const found = 'said' in answer ? answer.said.Subnets?.[0] : undefined;
  const { VpcId: vpcId, AvailabilityZone: zone, CidrBlock: cidr } = found ?? {};
  return vpcId === undefined || zone === undefined || cidr === undefined ? undefined : { id, vpcId, zone, cidr };
}
