import { DeadlineExceededError } from '../common/domain/errors.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { RecordSetConflictError } from '../common/ports/names.ts';
import { defaultRetry, pollUntil, type RetryPolicy, retryTransient } from '../common/runtime/retry.ts';

/** FireCamp's TTL of members' records, seconds. */
const ttlSeconds = 5;

/** INSYNC takes up to a minute usually, and was seen to take more than two; Route 53 allows five requests a second for a whole account. */
const insyncPolicy: RetryPolicy = { firstDelayMs: 1000, maxDelayMs: 10_000, totalMs: 300_000 };
const resolverPolicy: RetryPolicy = { firstDelayMs: 500, maxDelayMs: 5000, totalMs: 120_000 };

/** How many times a lost compare-and-set of the name is tried again on top of what won. */
const maxConflicts = 5;

export interface MemberDnsName {
  readonly hostedZoneId: string;
  /** Full name without the trailing dot. */
  readonly name: string;
  readonly ip: string;
}

/** `resolved`: the resolver agreed at once; `agrees`: Route 53 had it right, the resolver's cache lags; `changed`: the record was changed. */
export type NameResult =
  | { readonly kind: 'resolved' | 'agrees' }
  | { readonly kind: 'changed'; readonly from: readonly string[] };

type NamePorts = Pick<MemberPorts, 'names' | 'resolver' | 'clock' | 'random' | 'log'>;

/**
 * The name of a member with a static IP. Its record was made with the service and never changes, so the resolver is asked first and Route 53 only
 * when its answer is wrong. Nobody waits for INSYNC here: the address is the member's for life.
 */
export async function ensureStaticName(
  ports: NamePorts,
  wanted: MemberDnsName,
  signal: AbortSignal,
): Promise<NameResult> {
  if (await resolverAgrees(ports, wanted, signal)) return { kind: 'resolved' };
  const change = await setName(ports, wanted, signal);
  return change === undefined ? { kind: 'agrees' } : { kind: 'changed', from: change.from };
}

/**
 * The name of a member without a static IP: changed to the node's address by compare-and-set, INSYNC, and seen by the resolver before
 * the main container starts. The resolver is not asked before the record exists: it would remember for minutes that it did not (RFC 2308).
 *
 * @throws DeadlineExceededError when Route 53 or the resolver does not follow in time
 */
export async function ensureNodeName(
  ports: NamePorts,
  wanted: MemberDnsName,
  signal: AbortSignal,
): Promise<NameResult> {
  const context = { clock: ports.clock, random: ports.random, signal };
  const change = await setName(ports, wanted, signal);
  if (change !== undefined) {
    const inSync = async () =>
      (await retryTransient(() => ports.names.isInSync(change.id, { signal }), insyncPolicy, context)) || undefined;
    await pollUntil(
      inSync,
      () => `The change of ${wanted.name} to ${wanted.ip} is still PENDING in Route 53.`,
      insyncPolicy,
      context,
    );
  }
  const seen = async () => (await resolverAgrees(ports, wanted, signal)) || undefined;
  await pollUntil(
    seen,
    () => `The resolver of this node does not give ${wanted.ip} for ${wanted.name}.`,
    resolverPolicy,
    context,
  );
  return change === undefined ? { kind: 'agrees' } : { kind: 'changed', from: change.from };
}

async function resolverAgrees(ports: NamePorts, wanted: MemberDnsName, signal: AbortSignal): Promise<boolean> {
  try {
    const answers = await ports.resolver.resolve4(wanted.name, { signal });
    return answers.length === 1 && answers[0] === wanted.ip;
  } catch (error) {
    if (signal.aborted) throw error;
    ports.log.debug('the resolver did not answer', { name: wanted.name, error });
    return false;
  }
}

/** Makes Route 53's record right; undefined when it was. */
async function setName(
  ports: NamePorts,
  wanted: MemberDnsName,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly from: readonly string[] } | undefined> {
  const { hostedZoneId, name, ip } = wanted;
  const context = { clock: ports.clock, random: ports.random, signal };
  const next = { name, ttlSeconds, values: [ip] };
  for (let conflict = 0; conflict < maxConflicts; conflict++) {
    const current = await retryTransient(() => ports.names.find(hostedZoneId, name, { signal }), defaultRetry, context);
    if (current?.values.length === 1 && current.values[0] === ip) return undefined;
    try {
      const change = () => ports.names.replace(hostedZoneId, current, next, { signal });
      return { id: await retryTransient(change, defaultRetry, context), from: current?.values ?? [] };
    } catch (error) {
      // Somebody was faster, or our own change arrived although its answer did not: look again.
      if (!(error instanceof RecordSetConflictError)) throw error;
    }
  }
  throw new DeadlineExceededError(`The DNS record of ${name} is changed by somebody else again and again.`);
}
