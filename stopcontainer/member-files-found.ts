import { asFirecampError } from '../common/domain/errors.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';

/** Says what the claim file and the static IP file were found to be; returns the address that they name, if they agree on one. */
export async function inspectFiles(
  ports: Pick<MemberPorts, 'files' | 'log'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const claim = await ports.files.readClaim({ signal });
  const staticIp = await ports.files.readStaticIp({ signal });
  if (claim !== undefined && 'fault' in claim) ports.log.warn('the claim file cannot be used', { fault: claim.fault });
  if (staticIp.kind === 'unusable') ports.log.warn('the static IP file cannot be used', { fault: staticIp.fault });
  if (staticIp.kind === 'missing') ports.log.info('there is no static IP file');
  const fromClaim = claim !== undefined && !('fault' in claim) ? claim.address : undefined;
  const fromFile = staticIp.kind === 'address' ? staticIp.ip : undefined;
  if (fromClaim !== undefined && fromFile !== undefined && fromClaim !== fromFile) {
    ports.log.warn('claim file and static IP file name different addresses', { claim: fromClaim, staticIp: fromFile });
    return undefined;
  }
  return fromClaim ?? fromFile;
}

/** Removes both files after a release. A failure is said and no more: the next claim writes them anew. */
export async function removeFiles(
  ports: Pick<MemberPorts, 'files' | 'log'>,
  ip: string,
  signal: AbortSignal,
): Promise<void> {
  for (const remove of [ports.files.removeStaticIp, ports.files.removeClaim]) {
    try {
      await remove.call(ports.files, { signal });
    } catch (error) {
      ports.log.warn('a file of the released member could not be removed', { ip, error: asFirecampError(error) });
    }
  }
}
