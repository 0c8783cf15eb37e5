import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';

/** What an issuer signs its tokens with. With neither, signatures are not checked. */
export interface IssuerKeys {
  /** PEM (SPKI) of the only key there is */
  readonly publicKey?: string;
  /** the issuer's JSON Web Key Set (RFC 7517); the token names the key of it by its `kid` */
  readonly jwks?: readonly JsonWebKey[];
}

/** A JSON Web Token (RFC 7519) that has been taken apart and not been believed yet. */
export interface WebToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

/** The token's parts; undefined for what is none. */
export function decodeToken(token: string): WebToken | undefined {
  const parts = token.split('.');
  const [header = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3) return undefined;
  const [readHeader, readClaims] = [fieldsOf(header), fieldsOf(claims)];
  if (readHeader === undefined || readClaims === undefined) return undefined;
  return {
    header: readHeader,
    claims: readClaims,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function fieldsOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the issuer has signed it, or has no key of that name. */
export function judgeSignature(token: WebToken, { publicKey, jwks }: IssuerKeys): 'holds' | 'wrong' | 'unknownKey' {
  if (publicKey !== undefined) return holds(token, createPublicKey(publicKey)) ? 'holds' : 'wrong';
  if (jwks === undefined) return 'holds';
  const named = jwks.find(({ kid }) => kid === token.header['kid']);
  if (named === undefined) return 'unknownKey';
  return holds(token, createPublicKey({ key: named, format: 'jwk' })) ? 'holds' : 'wrong';
}

function holds({ header, signed, signature }: WebToken, key: KeyObject): boolean {
  if (header['alg'] === 'RS256') return verify('sha256', Buffer.from(signed), key, signature);
  if (header['alg'] !== 'ES256') return false;
  return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
}
