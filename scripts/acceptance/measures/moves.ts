import { InterruptedError } from '../../../common/domain/errors.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import { unlessThrottled } from '../answer.ts';
import { freshAddress } from '../interfaces.ts';
import type { AddressPlace, GuestPlace } from '../place.ts';
import { timeUntil } from '../wait.ts';
import type { Stopwatch } from './measure.ts';

/** Describe has a budget of 20 requests a second for the whole account (EC2 developer guide, "Request throttling"). */
const describePace = { everyMs: 100, atMostMs: 60_000 };
/** IMDS takes 1,024 packets a second of an interface (EC2 user guide, "Query throttling"). */
const imdsPace = { everyMs: 20, atMostMs: 120_000 };

/** As the claim sends it: one attempt. */
const once = { beforeSend: () => undefined, timeoutMs: 5_000, reassign: true };
/** Longer than one attempt, with time to get credentials. */
const answerMs = 10_000;

/** Moves an address to and fro between the run's two interfaces: how long the call takes, and until Describe shows the new holder. */
export async function measureMoves(place: AddressPlace, times: number, watch: Stopwatch): Promise<void> {
  const { aws, a, b, subnet, signal } = place;
  const ip = await freshAddress(place);
  for (let move = 0; move < times; move += 1) {
    const target = move % 2 === 0 ? b : a;
    const start = await assigned(place, target.id, ip);
    watch.note('address moved: AssignPrivateIpAddresses has answered', systemClock.monotonic() - start);
    const isShown = async () => (await aws.addresses.findHolder(ip, subnet, { signal }))?.id === target.id;
    const shown = await timeUntil(isShown, start, describePace, signal);
    watch.note('address moved: DescribeNetworkInterfaces shows the new holder', shown);
  }
}

/** Moves an address of the run that `a` holds to this instance and back: how long after the call's answer the instance's metadata shows it. */
export async function measureMetadata(place: GuestPlace, ip: string, times: number, watch: Stopwatch): Promise<void> {
  const { aws, a, guest, signal } = place;
  const isListed = async () => (await aws.metadata.localAddresses(guest.mac, { signal })).includes(ip);
  for (let visit = 0; visit < times; visit += 1) {
    await assigned(place, guest.id, ip);
    const there = await timeUntil(isListed, systemClock.monotonic(), imdsPace, signal);
    watch.note('instance metadata lists an address that has come, after the answer', there);
    await assigned(place, a.id, ip);
    const gone = await timeUntil(async () => !(await isListed()), systemClock.monotonic(), imdsPace, signal);
    watch.note('instance metadata drops an address that has gone, after the answer', gone);
  }
}

/**
 * A request under way is not given up when the run is to end, but waited for: it might take effect after the cleaning.
 * @returns when the request was sent that AWS has answered.
 */
async function assigned({ aws, signal }: AddressPlace, interfaceId: string, ip: string): Promise<number> {
  return unlessThrottled(signal, async () => {
    if (signal.aborted) throw new InterruptedError(`moving ${ip}`, signal.reason);
    const start = systemClock.monotonic();
    await aws.addresses.assign(interfaceId, ip, { ...once, signal: AbortSignal.timeout(answerMs) });
    return start;
  });
}
