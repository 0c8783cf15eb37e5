import type { VolumeMount } from './container.ts';

const path = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where the programs look for token and CA. */
export const serviceAccountMount: VolumeMount = { name: 'firecamp-api-access', mountPath: path, readOnly: true };

/**
 * What kubelet would mount into every container of the pod, for the two that ask the API server only: the main container has no business
 * with the records (Kubernetes documentation, "Managing Service Accounts", bound token volume).
 */
export const serviceAccountVolume = {
  name: serviceAccountMount.name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' }, path: 'namespace' }],
        },
      },
    ],
  },
};
