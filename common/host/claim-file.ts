import { FirecampError } from '../domain/errors.ts';
import { isIpv4 } from '../domain/ipv4.ts';
import type { ClaimFile } from '../ports/member-files.ts';

/** Keys of the lines, in their order; the last line says that the file is whole. */
const keys = ['address', 'epoch', 'interface', 'mac', 'pod-uid', 'waiter', 'end'] as const;

/**
 * The claim as lines `key=value`, each with its newline, in a fixed order and `end=1` last: the waiting process, which is no
 * JavaScript, reads it line by line. Throws FC-FIL-001 for a value that would break a line.
 */
export function formatClaim(claim: ClaimFile): string {
  const values = [claim.address, String(claim.epoch), claim.interfaceId, claim.mac, claim.podUid, claim.waiterId, '1'];
  const lines = keys.map((key, index) => `${key}=${values[index] ?? ''}\n`);
  const fault = faultOf(claim);
  if (fault !== undefined) throw new FirecampError('FC-FIL-001', `The claim cannot be written: ${fault}.`);
  return lines.join('');
}

/** The claim, or a fault in words for anything that `formatClaim` did not make. */
export function parseClaim(text: string): ClaimFile | { readonly fault: string } {
  const lines = text.split('\n');
  if (lines.length !== keys.length + 1 || lines.at(-1) !== '') return { fault: 'it does not have its 7 whole lines' };
  const values: string[] = [];
  for (const [index, key] of keys.entries()) {
    const line = lines[index] ?? '';
    if (!line.startsWith(`${key}=`)) return { fault: `line ${index + 1} is not "${key}=…"` };
    values.push(line.slice(key.length + 1));
  }
  const [address = '', epoch = '', interfaceId = '', mac = '', podUid = '', waiterId = '', end] = values;
  if (end !== '1') return { fault: 'its last line is not "end=1"' };
  if (!/^[1-9]\d{0,15}$/.test(epoch)) return { fault: 'its epoch is not a number from 1' };
  const claim = { address, epoch: Number(epoch), interfaceId, mac, podUid, waiterId };
  const fault = faultOf(claim);
  return fault === undefined ? claim : { fault };
}

/** The id of the waiting process from the text of its file; empty for anything that is none. */
export function parseWaiterId(text: string): string {
  const id = text.trim();
  return /^[0-9a-zA-Z-]{1,64}$/.test(id) ? id : '';
}

function faultOf(claim: ClaimFile): string | undefined {
  if (!isIpv4(claim.address)) return 'its address is not an IPv4 address';
  if (!Number.isSafeInteger(claim.epoch) || claim.epoch < 1) return 'its epoch is not a number from 1';
  if (!/^[\x21-\x7e]{1,64}$/.test(claim.interfaceId)) return 'its interface is not an interface id';
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(claim.mac)) return 'its MAC address is none';
  // The waiting process takes no other for a UID, and would never release for this claim.
  if (!/^[0-9a-f-]{1,64}$/.test(claim.podUid)) return 'its pod UID is none';
  if (claim.waiterId !== parseWaiterId(claim.waiterId)) return 'its waiter is not an id';
  return undefined;
}
