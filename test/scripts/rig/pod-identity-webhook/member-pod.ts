import { installObjects } from '../../../../orchestrator/install/install-objects.ts';
import { statefulSet } from '../../../../orchestrator/manifests/stateful-set.ts';
import type { KubeApi } from '../../../../scripts/rig/kube-api.ts';
import { podOf } from '../../../orchestrator/manifests/parts.ts';
import { bare, cluster, nothingKnown } from '../../../orchestrator/manifests/sample-service.ts';

/** The service account of members. */
export const account = 'firecamp-statefulservice-sa';

/** A member's pod as the API server has it. */
export interface MemberPod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly namespace: string };
  readonly spec: {
    readonly initContainers: readonly MemberContainer[];
    readonly containers: readonly MemberContainer[];
    readonly volumes: readonly { readonly name: string; readonly projected?: Projected }[];
  };
}

interface Projected {
  readonly sources: readonly { readonly serviceAccountToken?: { readonly audience: string } }[];
}

interface MemberContainer {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

/** A namespace with the account that `firecamp install` makes for members; its name. */
export async function installed(api: KubeApi, memberRoleArn: string | undefined): Promise<string> {
  const namespace = await api.newNamespace();
  const objects = installObjects({ namespace, dbType: 'k8sdb', memberRoleArn, managerRoleArn: undefined });
  const own = objects.find(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name === account);
  await api.admin('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, own);
  return namespace;
}

/** A member's pod, made as the StatefulSet's controller would make it. */
export async function memberPod(api: KubeApi, namespace: string, serviceAccountName = account): Promise<MemberPod> {
  const set = statefulSet({ ...bare, namespace, staticIp: true }, nothingKnown, cluster);
  const name = serviceAccountName === account ? 'bare-0' : 'bare-1';
  const spec = { ...podOf(set), serviceAccountName };
  const made = await api.admin('POST', `/api/v1/namespaces/${namespace}/pods`, { metadata: { name }, spec });
  return made as MemberPod;
}

/** What kubelet writes into a projected volume of the pod: a token for the audience, bound to the pod. */
export async function podToken(
  api: KubeApi,
  { metadata }: MemberPod,
  audience: string,
  name = account,
): Promise<string> {
  const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid };
  const path = `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${name}/token`;
  const reply = await api.admin('POST', path, { spec: { audiences: [audience], boundObjectRef } });
  return (reply as { readonly status: { readonly token: string } }).status.token;
}

/** In the order in which they start. */
export function containersOf({ spec }: MemberPod): readonly MemberContainer[] {
  return [...spec.initContainers, ...spec.containers];
}

/** The variables of a container that have a value of their own. */
export function envOf(container: MemberContainer | undefined): Record<string, string> {
  const given = (container?.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(given);
}

/** Whom the token in a projected volume is for. */
export function audienceOf({ spec }: MemberPod, volume: string): string | undefined {
  return spec.volumes.find(({ name }) => name === volume)?.projected?.sources[0]?.serviceAccountToken?.audience;
}
