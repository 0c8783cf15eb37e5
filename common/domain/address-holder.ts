import { FirecampError } from './errors.ts';
import { clusterTag } from './node-interfaces.ts';
import type { StaticIpRecord } from './records.ts';

/** The interface that holds an address in EC2, as far as the decision needs it. */
export interface Holder {
  readonly id: string;
  readonly primaryIp: string;
  readonly instanceId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Nobody, the interface that shall have it, or another of this cluster. */
export type HolderStanding = 'nobody' | 'wanted' | 'cluster';

/**
 * Whether the address may be moved. A stranger's address is never taken: reassignment only from nobody, from an interface that the record
 * names or named, or from one tagged for this cluster.
 *
 * @throws FirecampError FC-ENI-001 (stranger) or FC-ENI-002 (held as a primary address, which EC2 cannot move)
 */
export function judgeHolder(
  holder: Holder | undefined,
  record: StaticIpRecord,
  cluster: string,
  wantedInterfaceId: string,
): HolderStanding {
  if (holder === undefined) return 'nobody';
  const where = `interface ${holder.id}${holder.instanceId ? ` of instance ${holder.instanceId}` : ''}`;
  const fields = { ip: record.ip, holder: holder.id, holderInstance: holder.instanceId };
  if (holder.primaryIp === record.ip) {
    throw new FirecampError('FC-ENI-002', `${record.ip} is the primary address of ${where}.`, { fields });
  }
  if (holder.id === wantedInterfaceId) return 'wanted';
  const known = holder.id === record.interfaceId || record.pastInterfaceIds.includes(holder.id);
  if (known || holder.tags[clusterTag] === cluster) return 'cluster';
  const message = `${record.ip} is held by ${where}, which is not known to be cluster ${cluster}’s: the record names ${record.interfaceId || 'no interface'}.`;
  throw new FirecampError('FC-ENI-001', message, { fields });
}
