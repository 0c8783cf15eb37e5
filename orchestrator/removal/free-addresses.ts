import { notLate, RecordTooOldError, requestTimeoutMs } from '../../common/address/no-late-requests.ts';
import { RequestFailedError } from '../../common/domain/errors.ts';
import type { StaticIpRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { pollUntil, type RetryPolicy } from '../../common/runtime/retry.ts';
import { together } from '../../common/runtime/together.ts';
import type { Operation } from '../operation.ts';
import { isThrottled } from '../paced.ts';
import { type Holdings, judgeHoldings } from './address-holdings.ts';

/** EC2 publishes no bound for how late its answers are; seconds have been seen. */
const policy: RetryPolicy = { firstDelayMs: 300, maxDelayMs: 3_000, totalMs: 120_000 };

/** What EC2 lets through when its bucket is empty: five requests a second (EC2 API reference, "Request throttling"). */
const millisPerInterface = 200;

/** Interfaces that are asked at a time, out of a bucket of 100 (EC2 API reference, "Request throttling"). */
const interfacesAtOnce = 8;

/** Addresses of a service whose records we have taken over. */
export interface TakenOver {
  readonly serviceUuid: string;
  readonly records: ReadonlyMap<string, Stored<StaticIpRecord>>;
  /** Whether a request of an earlier claim or release may still be in flight. */
  readonly inFlight: boolean;
}

/**
 * Takes the addresses off this cluster's interfaces, each interface's in one request, until EC2 shows none of them there. No request is
 * sent later than 2 s after the records were last seen as we have left them.
 *
 * @returns addresses that others hold, and why they are left with them
 * @throws DeadlineExceededError FC-CLM-006 when EC2 shows them there for more than two minutes, and the time that it takes to ask for so many; RequestFailedError
 */
export async function freeAddresses(
  operation: Operation,
  vpcs: readonly string[],
  taken: TakenOver,
): Promise<ReadonlyMap<string, string>> {
  if (taken.records.size === 0) return new Map();
  const { ports, signal } = operation;
  const { clock, random } = ports;
  let uncertainSince = taken.inFlight ? clock.monotonic() : undefined;
  let last: Holdings | undefined;
  let refusal: RequestFailedError | undefined;
  const probe = async () => {
    last = await lookAt(operation, vpcs, taken);
    if (last.ours.size > 0) {
      const certain = await takeOff(operation, taken, last.ours, (error) => {
        refusal = error;
      });
      if (!certain) uncertainSince = clock.monotonic();
      return undefined;
    }
    const quiet = uncertainSince === undefined ? 0 : uncertainSince + requestTimeoutMs - clock.monotonic();
    if (quiet <= 0) return last.strangers;
    // A request that may still be on its way counts as one that takes effect after we have looked.
    await clock.sleep(quiet, { signal });
    uncertainSince = undefined;
    return undefined;
  };
  const late = () => {
    const still = [...(last?.ours ?? [])].map(([id, ips]) => `${ips.join(', ')} on ${id}`);
    return `EC2 still shows addresses of the service on interfaces of this cluster: ${still.join('; ')}.${refusal ? ` ${refusal.message}` : ''}`;
  };
  const totalMs = policy.totalMs + taken.records.size * millisPerInterface;
  return await pollUntil(probe, late, { ...policy, totalMs }, { clock, random, signal });
}

async function lookAt(operation: Operation, vpcs: readonly string[], { records }: TakenOver): Promise<Holdings> {
  const { ports, settings, signal } = operation;
  const ips = [...records.keys()];
  const found = await together(
    signal,
    vpcs.map((vpcId) => (joined: AbortSignal) => ports.heldAddresses.holders(ips, vpcId, { signal: joined })),
  );
  const holdings = found.flatMap((holders) => [...holders].map(([ip, holder]) => ({ ip, holder })));
  const plain = new Map([...records].map(([ip, { record }]) => [ip, record]));
  return judgeHoldings(plain, holdings, settings.cluster);
}

/** @returns whether every request has had an answer */
async function takeOff(
  operation: Operation,
  { serviceUuid, records }: TakenOver,
  ours: Holdings['ours'],
  refused: (error: RequestFailedError) => void,
): Promise<boolean> {
  const { ports, signal } = operation;
  const ips = [...ours.values()].flat();
  const seenAt = ports.clock.monotonic();
  const now = await ports.store.addressRecords(serviceUuid, ips, { signal });
  // One that somebody has changed is not ours to act on; the deletion of its record will meet it.
  const unchanged = (ip: string) => now.get(ip)?.version === records.get(ip)?.version;
  const wanted = [...ours]
    .map(([id, all]) => [id, all.filter(unchanged)] as const)
    .filter(([, some]) => some.length > 0);
  const beforeSend = notLate(ports.clock, seenAt);
  let throttled = false;
  const answered = await bounded(signal, wanted, interfacesAtOnce, async ([id, some]) => {
    // What is left would be refused as well; it is sent after the next look, when EC2 lets more through.
    if (throttled) return true;
    try {
      // Not cancelled when another one fails: whether it took effect would be unknown.
      await ports.heldAddresses.unassign(id, some, { beforeSend, timeoutMs: requestTimeoutMs, signal });
      return true;
    } catch (error) {
      if (error instanceof RecordTooOldError) return true;
      if (!(error instanceof RequestFailedError) || !mayPass(error)) throw error;
      refused(error);
      throttled ||= isThrottled(error);
      return error.effect === 'none';
    }
  });
  return answered.every((one) => one);
}

/** EC2 refuses to take off what is off already, and may go on to show it there for some seconds: only another look tells. */
function mayPass(error: RequestFailedError): boolean {
  return error.transient || error.code === 'FC-AWS-004';
}
