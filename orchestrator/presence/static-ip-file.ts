import { FirecampError } from '../../common/domain/errors.ts';
import type { CallOptions } from '../../common/ports/call-options.ts';
import type { MemberFiles } from '../../common/ports/member-files.ts';

type StaticIpFile = Pick<MemberFiles, 'readStaticIp' | 'writeStaticIp'>;

/** Writes the member's static IP file, FireCamp's `firecamp-service-staticip`; atomically, in place of what is there. */
export async function createStaticIPFile(files: StaticIpFile, ip: string, options: CallOptions): Promise<void> {
  await files.writeStaticIp(ip, options);
}

/** Whether there is such a file, of whatever content. */
export async function isStaticIPFileExist(files: StaticIpFile, options: CallOptions): Promise<boolean> {
  return (await files.readStaticIp(options)).kind !== 'missing';
}

/**
 * The address in the file.
 *
 * @throws FirecampError FC-FIL-001 when there is none, or it holds none
 */
export async function readStaticIP(files: StaticIpFile, options: CallOptions): Promise<string> {
  const found = await files.readStaticIp(options);
  if (found.kind === 'address') return found.ip;
  const fault = found.kind === 'missing' ? 'it is not there' : found.fault;
  throw new FirecampError('FC-FIL-001', `The static IP file cannot be read: ${fault}.`, { fields: { fault } });
}
