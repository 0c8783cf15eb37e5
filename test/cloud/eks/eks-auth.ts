import { randomUUID } from 'node:crypto';
import type { SessionCredentials } from '../credentials.ts';
import { roleCredentials } from '../sts/sts-service.ts';
import type { Topology } from '../topology.ts';
import { decodeToken, type IssuerKeys, judgeSignature } from '../web-token.ts';
import { EksAuthError } from './eks-auth-error.ts';

/** Who a token has to be for (EKS user guide, "Understand how EKS Pod Identity works"). */
const podIdentityService = 'pods.eks.amazonaws.com';

/** A role for the pods of a service account (EKS API reference, "CreatePodIdentityAssociation"). */
export interface PodIdentityAssociation {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
}

/** An EKS cluster as far as EKS Auth knows it. */
export interface EksCluster extends IssuerKeys {
  readonly name: string;
  /** `iss` of the tokens that its API server makes */
  readonly issuer: string;
  /** looked at for each request, so what is added later counts */
  readonly associations: readonly PodIdentityAssociation[];
}

/** AWS publishes no lifetime of these credentials; the SDKs go by the expiration that comes with them. */
const lifetimeMs = 6 * 3_600_000;

/**
 * What EKS Auth gives for the token of a pod whose service account has an association (EKS API reference, "AssumeRoleForPodIdentity").
 *
 * @throws EksAuthError InvalidTokenException, ExpiredTokenException, ResourceNotFoundException without an association, AccessDeniedException
 *   for a role that does not trust pods.eks.amazonaws.com (EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity")
 */
export function assumeRoleForPodIdentity(
  token: string,
  cluster: EksCluster,
  topology: Topology,
  now: number,
): SessionCredentials {
  const { namespace, serviceAccount, pod } = podOf(token, cluster, now);
  const association = cluster.associations.find(
    (one) => one.namespace === namespace && one.serviceAccount === serviceAccount,
  );
  if (association === undefined) {
    const subject = `service account ${serviceAccount} in namespace ${namespace}`;
    throw new EksAuthError(404, 'ResourceNotFoundException', `No association found for ${subject}`);
  }
  const role = topology.roles?.find(({ arn }) => arn === association.roleArn);
  if (role?.trust?.services?.includes(podIdentityService) !== true) {
    throw new EksAuthError(400, 'AccessDeniedException', `Unable to assume role ${association.roleArn}`);
  }
  // The name has this form (EKS API reference, "AssumedRoleUser") and at most 64 characters (STS API reference, RoleSessionName).
  const session = `eks-${cluster.name}-${pod}-${randomUUID()}`.slice(0, 64);
  return roleCredentials(topology, role.name, session, now + lifetimeMs);
}

interface PodOfToken {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod: string;
}

function podOf(token: string, { issuer, ...keys }: EksCluster, now: number): PodOfToken {
  const decoded = decodeToken(token);
  if (decoded === undefined || judgeSignature(decoded, keys) !== 'holds') throw invalid('the signature does not hold');
  const { iss, aud, exp } = decoded.claims;
  if (iss !== issuer) throw invalid('another issuer');
  if (![aud].flat().includes(podIdentityService)) throw invalid('another audience');
  if (typeof exp !== 'number') throw invalid('no expiry');
  if (exp * 1000 <= now) throw new EksAuthError(400, 'ExpiredTokenException', 'The token has expired');
  // What Kubernetes says of a token that is bound to a pod (Kubernetes documentation, "Managing Service Accounts", "Schema for service
  // account private claims").
  const own = fields(decoded.claims['kubernetes.io']);
  const [namespace, serviceAccount, pod] = [own['namespace'], nameOf(own['serviceaccount']), nameOf(own['pod'])];
  if (typeof namespace !== 'string' || serviceAccount === undefined || pod === undefined) throw invalid('no pod’s');
  return { namespace, serviceAccount, pod };
}

function invalid(why: string): EksAuthError {
  return new EksAuthError(400, 'InvalidTokenException', `The token is invalid: ${why}`);
}

function nameOf(value: unknown): string | undefined {
  const { name } = fields(value);
  return typeof name === 'string' ? name : undefined;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
