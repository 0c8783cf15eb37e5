import { FirecampError } from '../domain/errors.ts';
import type { MemberRecord, ServiceAttrRecord } from '../domain/records.ts';
import type { MemberPorts } from '../ports/member-ports.ts';
import { defaultRetry, type RetryPolicy, retryTransient } from '../runtime/retry.ts';
import { together } from '../runtime/together.ts';

/** Which member of which service. */
export interface MemberName {
  readonly cluster: string;
  readonly serviceName: string;
  readonly serviceUuid: string | undefined;
  readonly memberName: string;
  readonly namespace: string;
}

/**
 * Reads the member and its service's attributes, side by side; with the service's UUID at hand that is one round trip, otherwise two.
 *
 * @throws RecordNotFoundError, RecordMalformedError, or FirecampError FC-REC-008 when the service belongs to another namespace
 */
export async function readMember(
  ports: Pick<MemberPorts, 'store' | 'clock' | 'random'>,
  name: MemberName,
  signal: AbortSignal,
  policy: RetryPolicy = defaultRetry,
): Promise<{ readonly attr: ServiceAttrRecord; readonly member: MemberRecord }> {
  const context = { clock: ports.clock, random: ports.random, signal };
  const read = <T>(call: () => Promise<T>): Promise<T> => retryTransient(call, policy, context);
  const serviceUuid =
    name.serviceUuid ??
    (await read(() => ports.store.get('service', { serviceName: name.serviceName }, { signal }))).record.serviceUuid;
  const [attr, member] = await together(signal, [
    (joined) => read(() => ports.store.get('serviceAttr', { serviceUuid }, { signal: joined })),
    (joined) => read(() => ports.store.get('member', { serviceUuid, memberName: name.memberName }, { signal: joined })),
  ]);
  assertSameService(attr.record, name);
  return { attr: attr.record, member: member.record };
}

function assertSameService(attr: ServiceAttrRecord, name: MemberName): void {
  if (attr.serviceName !== name.serviceName) {
    const message = `The service with UUID ${attr.serviceUuid} is "${attr.serviceName}", not "${name.serviceName}".`;
    throw new FirecampError('FC-REC-008', message, { fields: { serviceUuid: attr.serviceUuid } });
  }
  if (attr.namespace !== undefined && attr.namespace !== name.namespace) {
    const message = `Service ${name.serviceName} belongs to namespace ${attr.namespace}, and this pod is in ${name.namespace}.`;
    throw new FirecampError('FC-REC-008', message, { fields: { serviceUuid: attr.serviceUuid } });
  }
}

/**
 * A claim that took a lost address for "has none" would point the member's name at this node.
 *
 * @throws FirecampError FC-REC-002 for a member without a static IP whose service requires one
 */
export function assertStaticIpWhereRequired(attr: ServiceAttrRecord, member: MemberRecord): void {
  if (member.staticIp !== '' || !attr.requireStaticIp) return;
  const message = `The member ${member.memberName} of service ${attr.serviceUuid} has no static IP (MemberSpec.StaticIP), and its service requires one.`;
  throw new FirecampError('FC-REC-002', message, { fields: { member: member.memberName } });
}
