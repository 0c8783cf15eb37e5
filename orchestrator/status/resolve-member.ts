import { FirecampError } from '../../common/domain/errors.ts';
import { isIpv4 } from '../../common/domain/ipv4.ts';
import { staticServiceName } from '../manifests/names.ts';
import type { Operation } from '../operation.ts';
import { unlessAbsent } from '../records/service-view.ts';
import { retried } from '../retried.ts';
import { ordinalOf } from './members-of-service.ts';

/** A member by its service, and for a name the domain that it was asked for under. */
export interface NamedMember {
  readonly service: string;
  readonly ordinal: number;
  /** What followed the member's name in a DNS name. */
  readonly domain: string | undefined;
}

type Asking = Pick<Operation, 'ports' | 'settings' | 'signal'>;

/**
 * The member that a pod's name, a static IP or a DNS name means. A name is only taken apart here; an address is looked up in its record.
 * @throws FirecampError FC-SVC-002 when it is none of them
 */
export async function resolveMember(operation: Asking, asked: string): Promise<NamedMember> {
  return isIpv4(asked) ? memberOfAddress(operation, asked) : memberOfName(operation, asked);
}

/** Whether a name of this domain is one of the member's: its name in Route 53, or in the cluster's own DNS. */
export function isOwnDomain(service: string, namespace: string, domain: string, registered: string): boolean {
  if (domain === registered.toLowerCase()) return true;
  const [first, second, third] = domain.split('.');
  const ofService = first === service || first === staticServiceName(service);
  return ofService && (second === undefined || second === namespace) && (third === undefined || third === 'svc');
}

function memberOfName({ settings }: Asking, asked: string): NamedMember {
  const [label = '', ...rest] = asked.includes('.') ? asked.toLowerCase().replace(/\.$/, '').split('.') : [asked];
  const service = label.replace(/-\d+$/, '');
  const ordinal = service === label ? undefined : ordinalOf(service, label);
  if (ordinal !== undefined) return { service, ordinal, domain: rest.length === 0 ? undefined : rest.join('.') };
  const message = `${asked} is neither a member's pod (redis-0), nor a static IP, nor a member's DNS name (redis-0.${settings.cluster}-firecamp.com).`;
  throw new FirecampError('FC-SVC-002', message, { fields: { asked } });
}

async function memberOfAddress(operation: Asking, ip: string): Promise<NamedMember> {
  const { ports, settings, signal } = operation;
  const read = <T>(get: () => Promise<T>) => retried(operation, () => unlessAbsent(get()));
  const address = await read(() => ports.store.get('staticIp', { ip }, { signal }));
  if (address === undefined) {
    throw noMember(`No record of cluster ${settings.cluster} has the address ${ip}: it is no member's static IP.`, ip);
  }
  const { serviceUuid } = address.record;
  const attr = await read(() => ports.store.get('serviceAttr', { serviceUuid }, { signal }));
  if (attr === undefined) {
    throw noMember(`The address ${ip} belongs to the service with UUID ${serviceUuid}, which has no records.`, ip);
  }
  const { serviceName } = attr.record;
  const members = await retried(operation, () => ports.store.list('member', { serviceUuid }, { signal }));
  const member = members.find(({ record }) => record.staticIp === ip)?.record.memberName;
  const ordinal = member === undefined ? undefined : ordinalOf(serviceName, member);
  if (ordinal !== undefined) return { service: serviceName, ordinal, domain: undefined };
  throw noMember(`The address ${ip} is the service ${serviceName}'s, and no member of it has it.`, ip);
}

function noMember(message: string, ip: string): FirecampError {
  return new FirecampError('FC-SVC-002', message, { fields: { ip } });
}
