import {
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCidrReservationCommand,
  DeleteVolumeCommand,
} from '@aws-sdk/client-ec2';
import { serviceCodeOf } from '../../common/aws/aws-errors.ts';
import type { OrchestratorAws } from '../../common/aws/open-orchestrator-aws.ts';
import { AddressRefusedError } from '../../common/ports/addresses.ts';
import { answerTo, refusal, reply } from './answer.ts';
import { guestTag } from './marks.ts';
import { deleteTable } from './records.ts';

/** Something in AWS that a run has made, or may have made. */
export interface Thing {
  readonly kind: 'visiting address' | 'reservation' | 'volume' | 'network interface' | 'hosted zone' | 'table';
  readonly id: string;
  /** Whether a request under way may still bring it: it is taken away in every round. */
  readonly mayComeYet?: true;
  /** Takes it away; that it is gone already is fine. May be repeated. @throws FirecampError */
  readonly remove: (signal: AbortSignal) => Promise<void>;
}

/** An interface that belongs to nobody else. */
export function interfaceThing(aws: OrchestratorAws, id: string): Thing {
  const request = new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id });
  return {
    kind: 'network interface',
    id,
    remove: (signal) =>
      deleted('ec2:DeleteNetworkInterface', signal, 'InvalidNetworkInterfaceID.NotFound', () =>
        aws.clients.ec2.write.send(request, { abortSignal: signal }),
      ),
  };
}

export function volumeThing(aws: OrchestratorAws, id: string): Thing {
  const request = new DeleteVolumeCommand({ VolumeId: id });
  return {
    kind: 'volume',
    id,
    remove: (signal) =>
      deleted('ec2:DeleteVolume', signal, 'InvalidVolume.NotFound', () =>
        aws.clients.ec2.write.send(request, { abortSignal: signal }),
      ),
  };
}

export function reservationThing(aws: OrchestratorAws, id: string): Thing {
  const request = new DeleteSubnetCidrReservationCommand({ SubnetCidrReservationId: id });
  return {
    kind: 'reservation',
    id,
    remove: (signal) =>
      deleted('ec2:DeleteSubnetCidrReservation', signal, 'InvalidSubnetCidrReservationID.NotFound', () =>
        aws.clients.ec2.write.send(request, { abortSignal: signal }),
      ),
  };
}

/** The zone, with all plain A records in it. */
export function zoneThing(aws: OrchestratorAws, id: string): Thing {
  return {
    kind: 'hosted zone',
    id,
    async remove(signal) {
      try {
        for await (const page of aws.zones.records(id, { signal })) {
          const changes = page.flatMap(({ address }) => (address ? [{ current: address, next: undefined }] : []));
          if (changes.length > 0) await aws.zones.change(id, changes, { signal });
        }
      } catch (error) {
        if (serviceCodeOf(error) === 'NoSuchHostedZone') return;
        throw error;
      }
      await aws.zones.delete(id, { signal });
    },
  };
}

export function tableThing(aws: OrchestratorAws, runId: string): Thing {
  return { kind: 'table', id: runId, remove: (signal) => deleteTable(aws, runId, signal) };
}

/**
 * An address of the run on an interface that is not the run's. What counts is EC2's answer to the request and not what it describes, which
 * may be old.
 */
export function guestThing(aws: OrchestratorAws, ip: string, interfaceId: string): Thing {
  return {
    kind: 'visiting address',
    id: `${ip} on ${interfaceId}`,
    mayComeYet: true,
    async remove(signal) {
      try {
        await aws.addresses.unassign(interfaceId, ip, { signal, beforeSend: () => undefined, timeoutMs: 5_000 });
      } catch (error) {
        if (!(error instanceof AddressRefusedError && error.refusal === 'interfaceGone')) throw error;
      }
    },
  };
}

/** Writes on an interface of the run, before it happens, that an address of it may be found on another interface. */
export async function rememberGuest(
  aws: OrchestratorAws,
  ownInterface: string,
  ip: string,
  guestInterface: string,
  signal: AbortSignal,
): Promise<void> {
  const tag = { Key: guestTag, Value: `${ip} ${guestInterface}` };
  const request = new CreateTagsCommand({ Resources: [ownInterface], Tags: [tag] });
  const call = { action: 'ec2:CreateTags', signal };
  await reply(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

async function deleted(
  action: string,
  signal: AbortSignal,
  goneCode: string,
  send: () => Promise<unknown>,
): Promise<void> {
  const answer = await answerTo({ action, signal }, send);
  if ('refused' in answer && answer.refused.code !== goneCode) throw refusal(action, answer.refused);
}
