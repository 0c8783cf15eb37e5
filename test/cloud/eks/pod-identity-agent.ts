import { randomUUID } from 'node:crypto';
import type { Cloud } from '../cloud.ts';
import { type Front, startFront } from '../http-front.ts';
import type { CloudReply, CloudRequest, CloudService } from '../service.ts';
import { decodeToken } from '../web-token.ts';
import { assumeRoleForPodIdentity, type EksCluster } from './eks-auth.ts';
import { EksAuthError } from './eks-auth-error.ts';

const path = '/v1/credentials';

/** Where an agent listens. */
export interface AgentPlace {
  /** On a node 169.254.170.23; elsewhere an address of the loopback network. */
  readonly host: string;
  /** On a node 80; left out: a free one. */
  readonly port?: number;
}

/**
 * The EKS Pod Identity Agent of a node with the EKS Auth API behind it, in front of the credentials of the simulated account. Its rules are
 * those of github.com/aws/eks-pod-identity-agent: the token comes in the header `Authorization` without a scheme, only its form is looked
 * at before EKS Auth is asked, and what EKS Auth refuses comes back with its status and a line of text.
 *
 * @returns its `url` with the path that `AWS_CONTAINER_CREDENTIALS_FULL_URI` needs still missing: `${url}/v1/credentials`.
 */
export function startPodIdentityAgent(cloud: Cloud, cluster: EksCluster, place: AgentPlace): Promise<Front> {
  const { topology, clock, faults, calls } = cloud;
  return startFront({
    ...place,
    service: agent(cloud, cluster, place.host),
    topology,
    clock,
    faults,
    calls,
    latency: {},
  });
}

function agent({ topology, clock }: Cloud, cluster: EksCluster, host: string): CloudService {
  return {
    name: 'pod-identity-agent',
    signed: () => false,
    operation: ({ method, url }) => `${method} ${url.pathname}`,
    handle(request) {
      const fault = requestFault(request, host);
      if (fault !== undefined) return fault;
      try {
        const token = request.headers['authorization'] ?? '';
        const issued = assumeRoleForPodIdentity(token, cluster, topology, clock.now());
        const body = {
          AccessKeyId: issued.accessKeyId,
          SecretAccessKey: issued.secretAccessKey,
          Token: issued.sessionToken,
          AccountId: topology.accountId,
          Expiration: new Date(issued.expiresAt).toISOString(),
        };
        return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      } catch (error) {
        if (error instanceof EksAuthError) return refusal(error.status, error.code, error.message);
        throw error;
      }
    },
    error: refusal,
  };
}

/** What the agent itself refuses: other paths, a name or address that is not its own in `Host`, and what is no token. */
function requestFault({ url, headers }: CloudRequest, host: string): CloudReply | undefined {
  if (url.pathname !== path) return text(404, '404 page not found');
  const asked = (headers['host'] ?? '').replace(/:\d+$/, '');
  if (asked !== host) {
    return text(
      403,
      `Access Denied. Called agent through invalid address, please use either [${host}] address not ${asked}`,
    );
  }
  const token = headers['authorization'] ?? '';
  if (token === '') return text(400, 'Service account token cannot be empty');
  if (decodeToken(token) === undefined) return text(400, 'Service account token cannot be parsed');
  return undefined;
}

function refusal(status: number, code: string, message: string): CloudReply {
  return text(status, `[${randomUUID()}]: (${code}): ${message}, fault: ${status >= 500 ? 'server' : 'client'}`);
}

function text(status: number, body: string): CloudReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${body}\n` };
}
