import type { CallOptions } from '../ports/call-options.ts';
import { awsWrite, type SendOnce } from './aws-call.ts';
import { malformedReply } from './aws-errors.ts';
import type { CredentialChain } from './credentials.ts';
import type { WireOptions } from './request-handler.ts';

/**
 * Sends a change whose whole reply is that it was done. The SDK makes a reply of any text, so the text itself must say so.
 * @throws {FirecampError} as `awsWrite`; FC-AWS-006 with an unknown effect when the reply does not say it.
 */
export async function ec2Done<T>(
  credentials: CredentialChain,
  action: `ec2:${string}`,
  send: (options: WireOptions) => Promise<T>,
  options: CallOptions & SendOnce,
): Promise<void> {
  const call = { action, signal: options.signal };
  let text = '';
  const onReply = (body: Uint8Array) => {
    text = Buffer.from(body).toString('utf8');
  };
  await awsWrite(credentials, call, (wire) => send({ ...wire, onReply }), options);
  const root = `${action.slice('ec2:'.length)}Response`;
  const whole = text.includes(`<${root}`) && text.includes(`</${root}>`);
  if (!whole || /<return>\s*false\s*</.test(text)) throw malformedReply(call, 'it does not say that it was done');
}
