import {
  AssignPrivateIpAddressesCommand,
  type AssignPrivateIpAddressesResult,
  CreateNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2';
import { interfaceFromWire } from '../../common/aws/ec2-interface.ts';
import { ec2Tags } from '../../common/aws/ec2-tags.ts';
import { FirecampError } from '../../common/domain/errors.ts';
import type { NetworkInterface } from '../../common/ports/addresses.ts';
import { systemClock } from '../../common/runtime/system-clock.ts';
import { type Answer, answerTo } from './answer.ts';
import { runTag } from './marks.ts';
import type { AddressPlace, Place } from './place.ts';
import { timeUntil } from './wait.ts';

/** EC2 shows a change to whoever asks after so long at the latest; the longest seen elsewhere is some seconds. */
const shown = { everyMs: 200, atMostMs: 30_000 };

/** Asks for a new interface in the run's subnet, tagged as the run's from its first moment. */
export function createInterface(
  { runId, aws, subnet, signal }: Place,
  more: { readonly PrivateIpAddress?: string } = {},
) {
  const request = new CreateNetworkInterfaceCommand({
    SubnetId: subnet.id,
    Description: `firecamp acceptance ${runId}`,
    TagSpecifications: ec2Tags('network-interface', { [runTag]: runId }),
    ...more,
  });
  const call = { action: 'ec2:CreateNetworkInterface', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

/** Waits until EC2 describes the interface as ready for use. @throws FirecampError when it does not in its time. */
export async function describedInterface(place: Place, id: string): Promise<NetworkInterface> {
  let found: NetworkInterface | undefined;
  const look = async () => {
    const answer = await describeById(place, id);
    const [wire] = 'said' in answer ? (answer.said.NetworkInterfaces ?? []) : [];
    found = wire?.Status === 'available' ? interfaceFromWire(wire) : undefined;
    return found !== undefined;
  };
  await timeUntil(look, systemClock.monotonic(), shown, place.signal);
  if (found === undefined)
    throw new FirecampError('FC-AWS-006', `EC2 does not describe ${id}, which it has just made.`);
  return found;
}

/** DescribeNetworkInterfaces of this one. */
export function describeById({ aws, signal }: Place, id: string) {
  const request = new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] });
  const call = { action: 'ec2:DescribeNetworkInterfaces', signal };
  return answerTo(call, () => aws.clients.ec2.read.send(request, { abortSignal: signal }));
}

/** AssignPrivateIpAddresses of these addresses, or of as many as EC2 is to pick. */
export function assign(
  { aws, signal }: Place,
  interfaceId: string,
  what: readonly string[] | number,
  reassign: boolean,
) {
  const chosen =
    typeof what === 'number' ? { SecondaryPrivateIpAddressCount: what } : { PrivateIpAddresses: [...what] };
  const request = new AssignPrivateIpAddressesCommand({
    NetworkInterfaceId: interfaceId,
    AllowReassignment: reassign,
    ...chosen,
  });
  const call = { action: 'ec2:AssignPrivateIpAddresses', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

/** The addresses that a reply to AssignPrivateIpAddresses names. */
export function assignedIn({ AssignedPrivateIpAddresses = [] }: AssignPrivateIpAddressesResult): string[] {
  return AssignedPrivateIpAddresses.flatMap(({ PrivateIpAddress: ip }) => ip ?? []);
}

/** UnassignPrivateIpAddresses. */
export function unassign(
  { aws, signal }: Place,
  interfaceId: string,
  ips: readonly string[],
): Promise<Answer<unknown>> {
  const request = new UnassignPrivateIpAddressesCommand({
    NetworkInterfaceId: interfaceId,
    PrivateIpAddresses: [...ips],
  });
  const call = { action: 'ec2:UnassignPrivateIpAddresses', signal };
  return answerTo(call, () => aws.clients.ec2.write.send(request, { abortSignal: signal }));
}

/** The secondary addresses that EC2 describes. */
export async function secondaries({ aws, signal }: Place, interfaceId: string): Promise<string[]> {
  const found = await aws.addresses.describe(interfaceId, { signal });
  return (found?.addresses ?? []).filter((ip) => ip !== found?.primaryIp);
}

/** The secondary addresses once EC2 describes these, or what it describes after the longest wait. */
export async function settledSecondaries(
  place: Place,
  interfaceId: string,
  wanted: readonly string[],
): Promise<string[]> {
  let found: string[] = [];
  const look = async () => {
    found = await secondaries(place, interfaceId);
    return [...found].sort().join() === [...wanted].sort().join();
  };
  await timeUntil(look, systemClock.monotonic(), shown, place.signal);
  return found;
}

/**
 * An address that EC2 picks, as the only secondary one of interface `a`, and none on `b`: nobody else has it, so moving it between the two
 * takes nothing from anybody.
 * @throws FirecampError when EC2 refuses
 */
export async function freshAddress(place: AddressPlace): Promise<string> {
  for (const { id } of [place.a, place.b]) {
    const held = await secondaries(place, id);
    if (held.length > 0) await unassign(place, id, held);
    await settledSecondaries(place, id, []);
  }
  const answer = await assign(place, place.a.id, 1, false);
  if ('refused' in answer) throw unusable(`EC2 gives ${place.a.id} no address: ${answer.refused.message}`);
  const [picked] = assignedIn(answer.said);
  if (picked === undefined) throw unusable(`EC2 does not name the address that it has given ${place.a.id}`);
  await settledSecondaries(place, place.a.id, [picked]);
  return picked;
}

function unusable(text: string): FirecampError {
  return new FirecampError('FC-AWS-004', `${text}.`);
}
