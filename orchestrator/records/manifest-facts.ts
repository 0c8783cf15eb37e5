import { FirecampError } from '../../common/domain/errors.ts';
import { cidrContains } from '../../common/domain/ipv4.ts';
import { together } from '../../common/runtime/together.ts';
import { listAt, textAt } from '../definition/field-reader.ts';
import { parseKubeVersion } from '../manifests/kube-version.ts';
import type { ClusterFacts, KubeVersion, MemberFacts, ServiceFacts } from '../manifests/service-facts.ts';
import type { ClusterNetwork } from '../network/cluster-network.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import { retried } from '../retried.ts';
import type { ServiceView } from './service-view.ts';

/** A label of nodes whose value is the id of their subnet; where every usable node has it, members are kept to their addresses' subnets. */
export const subnetLabel = 'firecamp-subnet';

/**
 * What the records know of the service for its objects: the members that it has now. Those that a scale-down has left records of are
 * not among them.
 *
 * @param view undefined for a service that is not there yet
 * @param network undefined where the subnets are not known: then no member is kept to one
 */
export function serviceFacts(
  view: Pick<ServiceView, 'service' | 'attr' | 'members'> | undefined,
  network: Pick<ClusterNetwork, 'subnets'> | undefined,
): ServiceFacts {
  if (view === undefined) return { serviceUuid: undefined, members: [] };
  const replicas = view.attr?.record.replicas ?? 0;
  const current = [...view.members].filter(([ordinal]) => ordinal < replicas);
  const members = current.map(([ordinal, { record }]): MemberFacts => {
    const { zone, staticIp, volumes } = record;
    const subnet = network?.subnets.find((one) => one.subnet.zone === zone && cidrContains(one.subnet.cidr, staticIp));
    return {
      ordinal,
      zone,
      subnetId: subnet?.subnet.id,
      staticIp: staticIp || undefined,
      dataVolumeId: volumes.primaryVolumeId || undefined,
      journalVolumeId: volumes.journalVolumeId || undefined,
    };
  });
  return { serviceUuid: view.service.record.serviceUuid, members };
}

/**
 * What the objects depend on in the cluster: some requests, side by side. Where no DaemonSet of the Amazon VPC CNI is seen, or may not be
 * looked for, the members' programs look for its traces on their nodes. Whether members are kept to subnets is decided once, when the
 * service is created: PersistentVolumes say it too, and theirs can never be changed, whatever labels nodes get or lose.
 *
 * @param service whose objects they are
 * @throws FirecampError FC-K8S-002 when the API server's version cannot be understood
 */
export async function clusterFacts(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  network: Pick<ClusterNetwork, 'nodes'> | undefined,
  service: string,
): Promise<ClusterFacts> {
  const [kubeVersion, hasVpcCni, keptToSubnets] = await together<[KubeVersion, boolean, boolean | undefined]>(
    operation.signal,
    [
      (signal) => readKubeVersion({ ...operation, signal }),
      (signal) => seesVpcCni({ ...operation, signal }),
      async (signal) => (network === undefined ? false : await isKeptToSubnets({ ...operation, signal }, service)),
    ],
  );
  const usable = (network?.nodes ?? []).filter((node) => node.usable);
  const labelled = usable.length > 0 && usable.every(({ labels }) => labels[subnetLabel] !== undefined);
  return {
    kubeVersion,
    vpcCni: hasVpcCni ? 'present' : 'auto',
    subnetLabel: (keptToSubnets ?? labelled) ? subnetLabel : undefined,
  };
}

/** What the service's StatefulSet says; undefined when there is none. */
async function isKeptToSubnets(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  service: string,
): Promise<boolean | undefined> {
  const { ports, settings, signal } = operation;
  const ref = { kind: kinds.StatefulSet, namespace: settings.namespace, name: service };
  const live = await retried(operation, () => ports.kube.get(ref, { signal }));
  if (live === 'absent') return undefined;
  const required = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  const path = ['spec', 'template', 'spec', ...required];
  return listAt(live, ...path).some((_term, term) =>
    listAt(live, ...path, term, 'matchExpressions').some(
      (_one, index) => textAt(live, ...path, term, 'matchExpressions', index, 'key') === subnetLabel,
    ),
  );
}

async function readKubeVersion(operation: Pick<Operation, 'ports' | 'signal'>): Promise<KubeVersion> {
  const { ports, signal } = operation;
  const text = await retried(operation, () => ports.kube.serverVersion({ signal }));
  const version = parseKubeVersion(text);
  if (version !== undefined) return version;
  throw new FirecampError('FC-K8S-002', `The API server says that its version is ${JSON.stringify(text)}.`);
}

async function seesVpcCni(operation: Pick<Operation, 'ports' | 'signal'>): Promise<boolean> {
  const { ports, signal } = operation;
  const ref = { kind: kinds.DaemonSet, namespace: 'kube-system', name: 'aws-node' };
  try {
    return (await retried(operation, () => ports.kube.get(ref, { signal }))) !== 'absent';
  } catch (error) {
    if (error instanceof FirecampError && error.code === 'FC-K8S-002') return false;
    throw error;
  }
}
