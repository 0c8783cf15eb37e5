import { join } from 'node:path';

/** A member's pod as far as a program asks for it: a valid configuration, in which everybody is at one port of the loopback address. */
export function podEnvironment(dir: string, port: number): NodeJS.ProcessEnv {
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ CLUSTER: 'figures', SERVICE_NAME: 'redis', DB_TYPE: 'clouddb', POD_NAME: 'redis-0', K8S_NAMESPACE: 'default' },
    POD_UID: '00000000-0000-4000-8000-000000000001',
    FIRECAMP_DATA_DIR: join(dir, 'data'),
    FIRECAMP_RUN_DIR: join(dir, 'run'),
    FIRECAMP_TERMINATION_LOG: join(dir, 'termination-log'),
    ...{ KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: `${port}` },
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'of nobody',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_ENDPOINT_URL: url,
  };
}
