import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Temporary credentials as STS and IMDS hand them out. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** milliseconds since the epoch */
  readonly expiresAt: number;
}

/** What a session token says about its bearer. */
export interface Session {
  /** arn:aws:sts::<account>:assumed-role/<role>/<session> */
  readonly arn: string;
  /** the topology role whose policy is enforced */
  readonly roleName: string;
  readonly expiresAt: number;
}

// The token carries everything, sealed with a key of this process, so that whoever issues credentials (STS, IMDS of each
// instance) and the front that checks them need to share no state.
const seal = randomBytes(32);

const sealed = (text: string): string => createHmac('sha256', seal).update(text).digest('base64url');

/** Issues credentials that the front accepts on every service until `expiresAt`. */
export function issueSession(session: Session): SessionCredentials {
  const nonce = randomBytes(9).toString('base64url');
  const payload = Buffer.from(JSON.stringify({ ...session, nonce })).toString('base64url');
  const sessionToken = `${payload}.${sealed(payload)}`;
  const accessKeyId = keyIdOf(sessionToken);
  return { accessKeyId, secretAccessKey: secretOf(accessKeyId), sessionToken, expiresAt: session.expiresAt };
}

/** The session that a token stands for, with its secret key; undefined when the token is not ours or not for this key. */
export function openSession(
  accessKeyId: string,
  sessionToken: string,
): (Session & { secretAccessKey: string }) | undefined {
  const [payload = '', mac = ''] = sessionToken.split('.');
  const wanted = Buffer.from(sealed(payload));
  const given = Buffer.from(mac);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  if (keyIdOf(sessionToken) !== accessKeyId) return undefined;
  const session: Session = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return {
    arn: session.arn,
    roleName: session.roleName,
    expiresAt: session.expiresAt,
    secretAccessKey: secretOf(accessKeyId),
  };
}

/** Temporary keys start with ASIA (IAM user guide, "Understanding unique ID prefixes"). */
function keyIdOf(sessionToken: string): string {
  return `ASIA${createHash('sha256').update(sessionToken).digest('hex').slice(0, 16).toUpperCase()}`;
}

function secretOf(accessKeyId: string): string {
  return sealed(`secret of ${accessKeyId}`).slice(0, 40);
}
