import type { JsonWebKey } from 'node:crypto';
import type { KubeApi } from '../kube-api.ts';

/** Who signs the tokens of service accounts, and with which keys. */
export interface TokenIssuer {
  /** `iss` of its tokens */
  readonly issuer: string;
  readonly jwks: readonly JsonWebKey[];
}

/**
 * What IAM would read of an API server that is registered as an OIDC provider: its discovery document and its keys (IAM user guide, "Create
 * an OpenID Connect identity provider"; Kubernetes documentation, "Service account issuer discovery"). Read once: the rig's servers
 * keep their keys.
 */
export async function tokenIssuer(api: Pick<KubeApi, 'admin'>): Promise<TokenIssuer> {
  const { issuer } = (await api.admin('GET', '/.well-known/openid-configuration')) as { issuer: string };
  const { keys } = (await api.admin('GET', '/openid/v1/jwks')) as { keys: readonly JsonWebKey[] };
  return { issuer, jwks: keys };
}
