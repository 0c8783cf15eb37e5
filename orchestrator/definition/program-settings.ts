import { memberSettings } from '../../common/config/member-settings.ts';
import { sdkSettings } from '../../common/config/sdk-settings.ts';
import { claimTimeout, releaseTimeout } from '../../common/config/time-limits.ts';

/** A variable of the init and the stop container as its program judges it. */
interface ProgramSetting {
  /** What is allowed, in words. */
  readonly allowed: string;
  /** undefined when the text is not allowed. */
  readonly parse: (text: string) => unknown;
}

const givenByPod = 'firecamp sets it in each pod itself';
const fixedPath = 'it is fixed by the pod’s volumes';
const setByKubelet = 'kubelet sets it; FIRECAMP_K8S_URL stands before it';

/** Variables that a service file has no say in, or says in a field of their own; each with the reason. */
const refused: Readonly<Record<string, string>> = {
  CLUSTER: saidBy('cluster'),
  SERVICE_NAME: saidBy('name'),
  K8S_NAMESPACE: saidBy('namespace'),
  DB_TYPE: saidBy('dbType'),
  AWS_REGION: saidBy('region'),
  AWS_DEFAULT_REGION: saidBy('region'),
  DETACH_POLICY: saidBy('detachPolicy'),
  TESTMODE: saidBy('testMode'),
  SERVICE_UUID: givenByPod,
  POD_NAME: givenByPod,
  POD_UID: givenByPod,
  NODE_NAME: givenByPod,
  HOST_IP: givenByPod,
  VPC_CNI: givenByPod,
  FIRECAMP_DATA_DIR: fixedPath,
  FIRECAMP_RUN_DIR: fixedPath,
  FIRECAMP_K8S_TOKEN_FILE: fixedPath,
  FIRECAMP_K8S_CA_FILE: fixedPath,
  FIRECAMP_TERMINATION_LOG: 'it is fixed by the pod',
  KUBERNETES_SERVICE_HOST: setByKubelet,
  KUBERNETES_SERVICE_PORT: setByKubelet,
  FIRECAMP_ANNOUNCE: 'it needs the capability NET_RAW, which these pods do not have',
};

const credentials =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ROLE_\w+|WEB_IDENTITY_\w+|CONTAINER_\w+)$/;

const readByPrograms: readonly (ProgramSetting & { readonly env?: string })[] = [
  ...Object.values(memberSettings),
  ...[claimTimeout, releaseTimeout],
  ...Object.values(sdkSettings),
];

/** What a service file may set, by the variable's name, with the judgement of the program that reads it. */
export const programSettings: ReadonlyMap<string, ProgramSetting> = new Map(
  readByPrograms.flatMap((setting) => {
    const { env } = setting;
    return env === undefined || Object.hasOwn(refused, env) ? [] : [[env, setting] as const];
  }),
);

/** Why a variable that there is may not be set in a service file; undefined where there is no such reason. */
export function whyRefused(name: string): string | undefined {
  if (credentials.test(name)) {
    return 'credentials do not belong into a service file: give a role to the service account firecamp-statefulservice-sa (EKS Pod Identity, IRSA) or to the nodes';
  }
  return Object.hasOwn(refused, name) ? refused[name] : undefined;
}

function saidBy(field: string): string {
  return `the field ${field} says it`;
}
