import { appImageReference } from '../../../scripts/rig/app-images.ts';
import type { ServiceFile } from './service-file.ts';

/**
 * A service whose members have a static IP and do next to nothing: each answers every connection to its port with a line, where it has one, and
 * ends as soon as it is told. It keeps its files in the pod, so that its members go to any node of the zone.
 */
export function plainService(
  parts: Partial<ServiceFile> & Pick<ServiceFile, 'name' | 'replicas'>,
  answers?: { readonly port: number; readonly line: string },
): ServiceFile {
  const server = answers && `nc -ll -p ${answers.port} -e echo ${answers.line}`;
  return {
    image: appImageReference('tools'),
    command: ['sh', '-c', `trap 'exit 0' TERM; ${server ?? 'sleep 1000000'} & wait`],
    staticIp: true,
    resources: { reserveCpuUnits: 10, reserveMemMb: 16 },
    terminationGracePeriodSeconds: 30,
    ...parts,
  };
}
