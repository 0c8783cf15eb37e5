import type { AwsCredentials } from './credentials.ts';

/**
 * The credentials in a reply of IMDS or of a container credentials endpoint (AWS SDKs and Tools reference, "Container
 * credential provider": AccessKeyId, SecretAccessKey, Token, Expiration in RFC 3339).
 * @throws {Error} that names what is missing and never shows the reply, which may hold keys.
 */
export function parseCredentials(text: string): AwsCredentials {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Error('the reply with the credentials is not JSON');
  }
  const reply: Readonly<Record<string, unknown>> = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  // IMDS answers 200 with another code when the role cannot be used (EC2 user guide, "Retrieve security credentials").
  const { Code: code, AccessKeyId, SecretAccessKey, Token, Expiration } = reply;
  if (code !== undefined && code !== 'Success') throw new Error(`the reply with the credentials says ${String(code)}`);
  const expiration = new Date(typeof Expiration === 'string' ? Expiration : Number.NaN);
  if (!isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(Token) || Number.isNaN(expiration.getTime())) {
    throw new Error('the reply with the credentials lacks AccessKeyId, SecretAccessKey, Token or Expiration');
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
