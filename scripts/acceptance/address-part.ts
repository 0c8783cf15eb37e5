import type { NetworkInterface } from '../../common/ports/addresses.ts';
import { refusal } from './answer.ts';
import { createInterface, describedInterface, freshAddress } from './interfaces.ts';
import { measureMetadata, measureMoves } from './measures/moves.ts';
import type { Notes } from './notes.ts';
import type { AddressPlace, Place } from './place.ts';
import { addressRules } from './rules/address-rules.ts';
import { guestRules } from './rules/guest-rules.ts';
import { interfaceRules } from './rules/interface-rules.ts';
import { resourceRules } from './rules/resource-rules.ts';
import type { RunOptions } from './run-options.ts';
import { guestThing, interfaceThing, rememberGuest } from './things.ts';

/** Never looked sooner than so long after a change whether nothing has changed. */
const leastSettleMs = 50;

/** Two interfaces of the run, how fast addresses move between them, and EC2's rules. */
export async function runAddresses(place: Place, options: RunOptions, notes: Notes): Promise<void> {
  const [a, b] = [await ownInterface(place, notes), await ownInterface(place, notes)];
  const moving = { ...place, a, b, settleMs: 0 };
  await measureMoves(moving, options.times, notes.watch);
  const shown = notes.watch.measures().flatMap(({ millis }) => millis);
  const settled = { ...moving, settleMs: Math.max(leastSettleMs, 2 * Math.max(...shown)) };
  await notes.judgeAll([...addressRules, ...interfaceRules, ...resourceRules], settled);
  if (options.guest !== undefined) await runGuest(settled, options.guest, options.times, notes);
}

async function runGuest(place: AddressPlace, guest: NetworkInterface, times: number, notes: Notes): Promise<void> {
  const { aws, a, signal } = place;
  const { instanceType } = await aws.metadata.identity({ signal });
  const limit = await aws.addresses.addressesPerInterface(instanceType, { signal });
  const visited = { ...place, guest, limit };
  await notes.judgeAll(guestRules, visited);
  const ip = await freshAddress(place);
  await rememberGuest(aws, a.id, ip, guest.id, signal);
  notes.made.push(guestThing(aws, ip, guest.id));
  await measureMetadata(visited, ip, times, notes.watch);
}

/** A new interface of the run, attached to nothing. @throws FirecampError */
export async function ownInterface(place: Place, { made }: Notes): Promise<NetworkInterface> {
  const answer = await createInterface(place);
  if ('refused' in answer) throw refusal('ec2:CreateNetworkInterface', answer.refused);
  const id = answer.said.NetworkInterface?.NetworkInterfaceId ?? '';
  made.push(interfaceThing(place.aws, id));
  return describedInterface(place, id);
}
