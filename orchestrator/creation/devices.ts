import { FirecampError } from '../../common/domain/errors.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/**
 * FireCamp's own names, /dev/xvdf to /dev/xvdz, and after them two-letter ones. The EBS CSI driver uses none of them, but whoever attaches a
 * volume by its record may, so they are names that EC2 takes: its user guide ("Device names for volumes on Amazon EC2 instances") once
 * allowed /dev/xvd[b-c][a-z] and now /dev/xvd[a-d][a-x]; these are in both.
 */
export const deviceNames = [
  ...Array.from('fghijklmnopqrstuvwxyz', (letter) => `/dev/xvd${letter}`),
  ...Array.from('bc', (first) =>
    Array.from('abcdefghijklmnopqrstuvwx', (second) => `/dev/xvd${first}${second}`),
  ).flat(),
];

/**
 * Gives the service as many device names of the cluster as it has volumes, each to one service only. Those that it has already come first,
 * so a run that was cut off, or another one beside it, comes to the same names.
 *
 * @returns the names, in their order; FireCamp keeps them in the attributes
 * @throws FirecampError FC-DEV-001 when others have all of them
 */
export async function takeDevices(
  { ports, settings, signal }: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  serviceName: string,
  count: number,
): Promise<string[]> {
  if (count === 0) return [];
  const list = await retried({ ports, signal }, () => ports.store.list('device', {}, { signal }));
  const owners = new Map(list.map(({ record }) => [record.deviceName, record.serviceName]));
  const own = deviceNames.filter((name) => owners.get(name) === serviceName).slice(0, count);
  for (const deviceName of deviceNames) {
    if (own.length === count) return own;
    if (owners.has(deviceName)) continue;
    const record = { cluster: settings.cluster, deviceName, serviceName };
    const [outcome] = await ports.store.writeAll([{ op: 'create', kind: 'device', record }], { signal });
    const owner = outcome && ('done' in outcome ? outcome.done : outcome.met)?.record.serviceName;
    if (owner === serviceName) own.push(deviceName);
  }
  if (own.length === count) return own;
  const services = [...new Set(owners.values())].sort();
  const message = `All ${deviceNames.length} device names of cluster ${settings.cluster}, ${deviceNames.at(0)} to ${deviceNames.at(-1)}, belong to services: ${services.join(', ')}.`;
  throw new FirecampError('FC-DEV-001', message, {
    fields: { cluster: settings.cluster, service: serviceName, services },
  });
}
