import type { ClusterNode } from '../../network/cluster-network.ts';
import { type Check, type Finding, fail, type Look, pass, skip, someOf, warn } from '../check.ts';
import { isTagged, memberInterfaces, reservedInterfaces, usableNodes } from '../cluster-nodes.ts';
import { known } from '../seen.ts';
import { ifAddressed } from './address-checks.ts';

const category = 'network';

/** The nodes' interfaces, which hold the members' addresses. */
export const interfaceChecks: readonly Check[] = [
  {
    id: 'FC-ENI-005',
    category,
    title: 'Interfaces that the VPC CNI leaves alone',
    expected:
      'where the CNI runs, on each node a second interface created with the tag node.k8s.amazonaws.com/no_manage=true',
    judge: (look) => ifAddressed(look, () => judgeManaged(look)),
  },
  {
    id: 'FC-ENI-003',
    category,
    title: 'Interfaces in reserved subnets',
    expected: 'on each node an interface in a subnet with a reservation of this cluster',
    judge: (look) => ifInterfaces(look, (nodes) => judgePlaces(look, nodes)),
  },
  {
    id: 'FC-ENI-004',
    category,
    title: 'Free address slots',
    expected: 'in each zone as many nodes with a free slot as members still need an address',
    judge: (look) => ifInterfaces(look, (nodes) => judgeSlots(look, nodes)),
  },
  {
    id: 'FC-CHK-006',
    category,
    title: 'Tag of the nodes’ instances',
    expected: 'firecamp-worker=<cluster>',
    judge: (look) => {
      const ids = new Set(usableNodes(look).map(({ instanceId }) => instanceId));
      const all = known(look.instances).filter(({ id }) => ids.has(id));
      const bare = all.filter(({ tags }) => !isTagged(tags, look.settings.cluster));
      return judgeTags(look, 'instances', all.length, bare);
    },
  },
  {
    id: 'FC-CHK-007',
    category,
    title: 'Tag of the nodes’ interfaces',
    expected: 'firecamp-worker=<cluster>: an address may be moved from such an interface',
    judge: (look) =>
      ifInterfaces(look, (nodes) => {
        const all = nodes.flatMap((node) => memberInterfaces(look, node));
        const bare = all.filter(({ tags }) => !isTagged(tags, look.settings.cluster));
        return judgeTags(look, 'interfaces', all.length, bare);
      }),
  },
  {
    id: 'FC-CHK-008',
    category,
    title: 'Traffic that leaves the VPC',
    expected: 'AWS_VPC_K8S_CNI_EXTERNALSNAT=true where members speak to peers outside the VPC by their own address',
    judge: ({ cni }) => {
      const { present, externalSnat } = known(cni);
      if (!present) return pass('the VPC CNI is not there, and so translates nothing');
      if (externalSnat) return pass('the VPC CNI translates nothing');
      const text = 'the VPC CNI gives it the node’s primary address, which EC2 drops on any other interface';
      return warn(text, 'kubectl set env daemonset aws-node -n kube-system AWS_VPC_K8S_CNI_EXTERNALSNAT=true');
    },
  },
  {
    id: 'FC-CHK-012',
    category,
    title: 'Hop limit of the instance metadata',
    expected: '2 where pods that are not on the host network get their credentials from it; members are on it',
    judge: (look) => {
      const ids = new Set(usableNodes(look).map(({ instanceId }) => instanceId));
      const low = known(look.instances).filter(({ id, metadataHopLimit }) => ids.has(id) && metadataHopLimit === 1);
      if (low.length === 0) return pass('2 or more');
      const [first] = low;
      const remedy = `aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id ${first?.id}`;
      return warn(`1 on ${someOf(low.map(({ id }) => id))}`, remedy);
    },
  },
];

function judgeManaged(look: Look): Finding {
  if (!known(look.cni).present) return pass('the VPC CNI is not there: any interface will do');
  const nodes = usableNodes(look);
  const lacking = nodes.filter((node) => memberInterfaces(look, node).length === 0);
  if (lacking.length === 0) return pass(`the VPC CNI runs, and each of ${nodes.length} nodes has one`);
  const [first] = lacking;
  const remedy = `firecamp node prepare ${first?.name} --cluster ${look.settings.cluster} --db-type ${look.settings.dbType} -n ${look.settings.namespace}`;
  return fail(`the VPC CNI runs, and these have none: ${someOf(lacking.map(({ name }) => name))}`, remedy);
}

/** Judges the nodes that have an interface which may hold members' addresses at all; the others have failed another check. */
function ifInterfaces(look: Look, judge: (nodes: readonly ClusterNode[]) => Finding): Finding {
  return ifAddressed(look, () => {
    const usable = usableNodes(look);
    if (usable.length === 0) return skip('FC-NET-001 failed: there is no usable node');
    const nodes = usable.filter((node) => memberInterfaces(look, node).length > 0);
    return nodes.length === 0 ? skip('FC-ENI-005 failed on every node') : judge(nodes);
  });
}

function judgePlaces(look: Look, nodes: readonly ClusterNode[]): Finding {
  if (known(look.subnets).every(({ own }) => own.length === 0)) return skip('FC-NET-003 failed: nothing is reserved');
  const lacking = nodes.filter((node) => reservedInterfaces(look, node).length === 0);
  if (lacking.length === 0) return pass(`each of ${nodes.length} nodes has one`);
  const names = someOf(lacking.map(({ name }) => name));
  const zones = look.plan.zones.filter((zone) => nodes.some((node) => node.zone === zone));
  const empty = zones.filter((zone) => nodes.every((node) => node.zone !== zone || lacking.includes(node)));
  if (empty.length > 0) return fail(`no node of ${empty.join(', ')} has one; without: ${names}`);
  return warn(`a member that is scheduled there cannot start: ${names}`);
}

function judgeSlots(look: Look, nodes: readonly ClusterNode[]): Finding {
  if (known(look.subnets).every(({ own }) => own.length === 0)) return skip('FC-NET-003 failed: nothing is reserved');
  const told = look.plan.zones.map((zone) => {
    const slots = nodes.filter((node) => node.zone === zone).map((node) => freeSlots(look, node));
    const free = slots.filter((count) => count > 0).length;
    const wanted = look.plan.addresses.get(zone) ?? 0;
    const sum = slots.reduce((total, count) => total + count, 0);
    return { enough: free >= wanted, text: `${zone}: ${sum} on ${free} of ${slots.length} nodes, for ${wanted}` };
  });
  const text = told.map((one) => one.text).join('; ');
  return told.every(({ enough }) => enough) ? pass(text) : fail(text);
}

/** Addresses that the node's interfaces in reserved subnets can still take; each delegated prefix fills a slot. */
function freeSlots(look: Look, node: ClusterNode): number {
  const type = known(look.instances).find(({ id }) => id === node.instanceId)?.instanceType ?? '';
  const limit = known(look.limits).get(type) ?? 0;
  const slots = reservedInterfaces(look, node).map((one) => limit - one.addresses.length - one.prefixCount);
  return slots.reduce((sum, count) => sum + Math.max(0, count), 0);
}

function judgeTags(look: Look, what: string, all: number, bare: readonly { readonly id: string }[]): Finding {
  const { cluster } = look.settings;
  if (bare.length === 0) return pass(`all ${all} ${what} have it`);
  const ids = bare.map(({ id }) => id);
  const remedy = `aws ec2 create-tags --resources ${ids.join(' ')} --tags Key=firecamp-worker,Value=${cluster}`;
  return warn(`${bare.length} of ${all} ${what} lack it: ${someOf(ids)}`, remedy);
}
