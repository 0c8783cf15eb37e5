import { glob } from '../iam-policy.ts';
import type { RoleTrust } from '../topology.ts';
import { decodeToken, judgeSignature } from '../web-token.ts';
import { StsError } from './sts-error.ts';

/** The claims of a web identity token that a role's trust looks at. */
export interface WebIdentity {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

/**
 * The identity a JWT proves, for a role that trusts its issuer, audience and subject (STS API reference,
 * "AssumeRoleWithWebIdentity", and IAM user guide, "Create a role for OIDC federation").
 *
 * @throws StsError InvalidIdentityToken for what is no token of a trusted issuer, ExpiredTokenException, AccessDenied when
 *   the trust does not name this audience or subject.
 */
export function checkWebIdentity(token: string, trust: RoleTrust | undefined, now: number): WebIdentity {
  const denied = new StsError(403, 'AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const wanted = trust?.webIdentity;
  if (!wanted) throw denied;
  const decoded = decodeToken(token);
  if (decoded === undefined) {
    throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
  }
  const { claims } = decoded;
  const issuer = text(claims['iss']);
  if (bare(issuer) !== bare(wanted.issuer)) {
    throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  }
  const verdict = judgeSignature(decoded, wanted);
  if (verdict === 'unknownKey') throw invalid("Couldn't retrieve verification key from your identity provider");
  if (verdict === 'wrong') throw invalid("Couldn't verify the signature of the web identity token");
  if (typeof claims['exp'] !== 'number' || typeof claims['iat'] !== 'number') {
    throw invalid('Missing a required claim: exp, iat');
  }
  if (claims['exp'] * 1000 <= now) {
    throw new StsError(
      400,
      'ExpiredTokenException',
      `Token expired: current date/time ${Math.floor(now / 1000)} must be before the expiration date/time ${claims['exp']}`,
    );
  }
  const audiences = [claims['aud']].flat().map(text);
  if (!audiences.includes(wanted.audience)) throw invalid('Incorrect token audience');
  const subject = text(claims['sub']);
  if (!(wanted.subjects ?? ['*']).some((pattern) => glob(pattern, subject))) throw denied;
  return { issuer, audience: wanted.audience, subject };
}

const invalid = (message: string): StsError => new StsError(400, 'InvalidIdentityToken', message);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const bare = (issuer: string): string => issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
