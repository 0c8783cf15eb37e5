import { plainService } from './plain-service.ts';
import type { ServiceFile } from './service-file.ts';

/** A plain service whose members answer every connection to their port with the pod's name, or with a static IP with that address. */
export function answeringService(
  parts: Pick<ServiceFile, 'name' | 'replicas'> & { readonly staticIp: boolean },
  port: number,
): ServiceFile {
  const line = parts.staticIp ? '$(cat /data/conf/firecamp-service-staticip)' : '$(hostname)';
  return plainService({ ...parts, ports: [{ name: 'main', containerPort: port }] }, { port, line });
}
