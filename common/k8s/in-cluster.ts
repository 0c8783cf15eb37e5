import { FirecampError } from '../domain/errors.ts';
import type { ApiClientConfig } from './api-client.ts';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * How a pod reaches the API server of its own cluster (Kubernetes documentation, "Accessing the Kubernetes API from a Pod").
 *
 * @param env - the process's environment.
 * @throws FirecampError FC-CFG-001 outside a pod.
 */
export function inClusterConfig(env: Readonly<Record<string, string | undefined>>): ApiClientConfig {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    throw new FirecampError(
      'FC-CFG-001',
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set: this does not run in a Kubernetes pod.',
    );
  }
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caFile: `${serviceAccount}/ca.crt`,
    tokenFile: `${serviceAccount}/token`,
  };
}
