import { FirecampError } from '../../common/domain/errors.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';

/** The names that FireCamp gives to volumes: /dev/xvdf to /dev/xvdz. */
const deviceNames = Array.from('fghijklmnopqrstuvwxyz', (letter) => `/dev/xvd${letter}`);

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
  const own: string[] = [];
  for (const deviceName of deviceNames) {
    if (own.length === count) return own;
    let owner = owners.get(deviceName);
    if (owner === undefined) {
      const record = { cluster: settings.cluster, deviceName, serviceName };
      const [outcome] = await ports.store.writeAll([{ op: 'create', kind: 'device', record }], { signal });
      owner = outcome && ('done' in outcome ? outcome.done : outcome.met)?.record.serviceName;
    }
    if (owner === serviceName) own.push(deviceName);
  }
  if (own.length === count) return own;
  const services = [...new Set(owners.values())].sort();
  const message = `All device names of cluster ${settings.cluster}, /dev/xvdf to /dev/xvdz, belong to services: ${services.join(', ')}.`;
  throw new FirecampError('FC-DEV-001', message, {
    fields: { cluster: settings.cluster, service: serviceName, services },
  });
}
