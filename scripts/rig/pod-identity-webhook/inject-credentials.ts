/** What EKS gives the pods of a service account. */
export type PodCredentials =
  | { readonly by: 'role'; readonly roleArn: string; readonly audience: string }
  | { readonly by: 'podIdentity'; readonly agentUrl: string };

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly readOnly?: boolean;
    readonly mountPath?: string;
  }[];
}

/** A pod that is being made, as far as the webhook looks at it. */
export interface NewPod {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly volumes?: readonly { readonly name: string }[];
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
}

/** An operation of a JSON Patch (RFC 6902). */
interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

interface Injection {
  readonly volume: string;
  readonly folder: string;
  readonly file: string;
  readonly audience: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** The webhook's default, and that of EKS: a day. */
const expirationSeconds = 86_400;

/**
 * The patch that gives a pod its credentials: a projected token, and in each container, init containers and sidecars among them, where it is
 * and what for. A container that has one of the variables already keeps what it has. (github.com/aws/amazon-eks-pod-identity-webhook,
 * README; for EKS Pod Identity the names are those of EKS: EKS user guide, "Understand how EKS Pod Identity works".) Left out: the
 * annotations of pods, and Windows.
 */
export function credentialsPatch(pod: NewPod, credentials: PodCredentials): readonly PatchOperation[] {
  const injection = injectionOf(credentials);
  const { volumes = [], initContainers = [], containers } = pod.spec;
  const given = volumes.some(({ name }) => name === injection.volume);
  const all = (path: string, list: readonly Container[]): PatchOperation[] =>
    list.length === 0 ? [] : [{ op: 'add', path, value: list.map((one) => withCredentials(one, injection)) }];
  return [
    ...(given ? [] : [{ op: 'add' as const, path: '/spec/volumes', value: [tokenVolume(injection), ...volumes] }]),
    ...all('/spec/containers', containers),
    ...all('/spec/initContainers', initContainers),
  ];
}

function injectionOf(credentials: PodCredentials): Injection {
  if (credentials.by === 'role') {
    const folder = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
    const env = [
      { name: 'AWS_ROLE_ARN', value: credentials.roleArn },
      { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${folder}/token` },
    ];
    return { volume: 'aws-iam-token', folder, file: 'token', audience: credentials.audience, env };
  }
  const folder = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';
  const file = 'eks-pod-identity-token';
  const env = [
    { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: credentials.agentUrl },
    { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${folder}/${file}` },
  ];
  return { volume: file, folder, file, audience: 'pods.eks.amazonaws.com', env };
}

function tokenVolume({ volume, file, audience }: Injection) {
  const sources = [{ serviceAccountToken: { audience, expirationSeconds, path: file } }];
  return { name: volume, projected: { sources } };
}

function withCredentials(container: Container, { volume, folder, env }: Injection): Container {
  const { env: has = [], volumeMounts: mounts = [] } = container;
  // EKS's own webhook is started so that the SDKs ask the STS of their region (EKS user guide, "Configure the AWS Security Token
  // Service endpoint for a service account").
  const regional = { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' };
  const isThere = (name: string) => has.some((one) => one.name === name);
  const added = [...(isThere(regional.name) ? [] : [regional]), ...(env.some(({ name }) => isThere(name)) ? [] : env)];
  const isMounted = mounts.some(({ name }) => name === volume);
  return {
    ...container,
    env: [...has, ...added],
    volumeMounts: isMounted ? mounts : [...mounts, { name: volume, readOnly: true, mountPath: folder }],
  };
}
