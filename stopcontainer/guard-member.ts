import { readAddress } from '../common/address/address-record.ts';
import { attachToHost } from '../common/address/host-address.ts';
import { readMember } from '../common/address/member-records.ts';
import type { RoutedInterface } from '../common/address/source-route.ts';
import { ClaimRaceLostError } from '../common/domain/claim-errors.ts';
import { FirecampError } from '../common/domain/errors.ts';
import type { StaticIpRecord } from '../common/domain/records.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { withinDeadline } from '../common/runtime/deadline.ts';
import type { ReleaseConfig } from './config.ts';

/** The waiting process runs one guard at a time; a stuck one must not keep it from the next. Milliseconds. */
const guardMs = 20_000;

/** A lock that is held longer than this is said to be, with its holder. Milliseconds. */
const lockTimeoutMs = 15_000;

/**
 * The address is gone from the host under a living claim (systemd-networkd removes foreign addresses when it restarts): puts it back if the
 * record still says that it is ours, owned, on this node.
 *
 * @param interrupt ends it at once: a release waits for the guard, and the pod's grace period runs
 * @returns what was done
 * @throws ClaimRaceLostError when it is another's now; FirecampError FC-CLM-003 while a claim or release is under way; LockHeldError,
 * DeadlineExceededError
 */
export async function guardMember(
  ports: MemberPorts,
  config: ReleaseConfig,
  interrupt: AbortSignal,
): Promise<'restored' | 'noAddress'> {
  return withinDeadline(ports.clock, guardMs, 'Restoring the address on the host', (signal) =>
    restore(ports, config, AbortSignal.any([signal, interrupt])),
  );
}

async function restore(
  ports: MemberPorts,
  config: ReleaseConfig,
  signal: AbortSignal,
): Promise<'restored' | 'noAddress'> {
  const { member } = await readMember(ports, config, signal);
  const ip = member.staticIp;
  if (ip === '') return 'noAddress';
  const holder = {
    program: 'firecamp-stopcontainer --guard',
    pid: process.pid,
    podUid: config.podUid,
    since: new Date(ports.clock.wall()).toISOString(),
  };
  await using _lock = await ports.lock.acquire(`${config.cluster}/${ip}`, holder, { signal, timeoutMs: lockTimeoutMs });
  const { record } = (await readAddress(ports, ip, signal)).stored;
  const target = await ownInterface(ports, record, signal);
  assertOurs(record, config, target);
  await attachToHost(ports, ip, target, {
    lifetimeSeconds: config.addressLifetimeSeconds,
    announce: config.announce,
    signal,
  });
  return 'restored';
}

async function ownInterface(
  ports: MemberPorts,
  record: StaticIpRecord,
  signal: AbortSignal,
): Promise<RoutedInterface | undefined> {
  const links = await ports.host.links({ signal });
  const macs = links.map((link) => link.mac);
  const listed = await ports.metadata.interfaces(macs, { signal });
  const own = listed.find((one) => one.interfaceId === record.interfaceId);
  const link = links.find((one) => one.mac === own?.mac);
  return own && link ? { deviceNumber: own.deviceNumber, subnetCidr: own.subnetCidr, linkName: link.name } : undefined;
}

function assertOurs(record: StaticIpRecord, config: ReleaseConfig, target: unknown): asserts target is RoutedInterface {
  const { owner } = record;
  const sameEpoch = config.claimEpoch === undefined || owner?.epoch === config.claimEpoch;
  if (owner?.podUid !== config.podUid || !sameEpoch || target === undefined) {
    throw new ClaimRaceLostError(record.ip, record);
  }
  if (owner.state !== 'owned') {
    const message = `${record.ip} is ${owner.state} by this pod: a claim or a release is under way or was cut off, and it goes on from there.`;
    throw new FirecampError('FC-CLM-003', message, { fields: { ip: record.ip, state: owner.state } });
  }
}
