import { hasNativeSidecars, parseKubeVersion } from '../../manifests/kube-version.ts';
import { type Check, fail, type Look, pass, skip, someOf, warn } from '../check.ts';
import { nodesOf, usableNodes } from '../cluster-nodes.ts';
import { known } from '../seen.ts';

const category = 'kubernetes';

/** The cluster and its nodes, as Kubernetes has them. */
export const kubernetesChecks: readonly Check[] = [
  {
    id: 'FC-K8S-001',
    category,
    title: 'API server',
    expected: 'it answers',
    judge: ({ version }) => pass(`answers, version ${known(version)}`),
    unread: () => 'fail',
  },
  {
    id: 'FC-CHK-001',
    category,
    title: 'Version of Kubernetes',
    expected: '1.29 or later, for sidecars that end after the main container; 1.25 at least',
    judge: ({ version }) => judgeVersion(known(version)),
  },
  {
    id: 'FC-CHK-017',
    category,
    title: 'Version of the nodes',
    expected: 'where the API server has sidecars, 1.29 or later on each node',
    judge: judgeKubelets,
  },
  {
    id: 'FC-CHK-002',
    category,
    title: 'Permissions in Kubernetes',
    expected: 'all that the orchestrator asks of the API server',
    judge: ({ refused }) => {
      const missing = known(refused);
      return missing.length === 0 ? pass('nothing is missing') : fail(`may not ${missing.join('; ')}`);
    },
  },
  {
    id: 'FC-CHK-003',
    category,
    title: 'Namespace',
    expected: 'it exists',
    judge: ({ namespace, settings, pre }) => {
      if (known(namespace) !== 'absent') return pass(settings.namespace);
      if (pre) return skip(`${settings.namespace} does not exist yet`);
      const remedy = `firecamp install -n ${settings.namespace} --db-type ${settings.dbType}`;
      return fail(`there is no ${settings.namespace}`, remedy);
    },
  },
  {
    id: 'FC-CHK-004',
    category,
    title: 'Pod Security of the namespace',
    expected: `label ${podSecurity()} privileged, or none: "baseline" forbids the host network`,
    judge: judgePodSecurity,
  },
  {
    id: 'FC-NET-001',
    category,
    title: 'Nodes in every zone',
    expected: 'Ready nodes in each zone, one for each member of a service',
    judge: judgeNodes,
  },
  {
    id: 'FC-CHK-005',
    category,
    title: 'EKS Auto Mode',
    expected: 'no node of Auto Mode in the members’ zones',
    judge: (look) => {
      const auto = nodesOf(look).filter(({ labels }) => labels['eks.amazonaws.com/compute-type'] === 'auto');
      if (auto.length === 0) return pass('no such node');
      return fail(`${auto.length} of them: ${someOf(auto.map(({ name }) => name))}`);
    },
  },
];

function podSecurity(): string {
  return 'pod-security.kubernetes.io/enforce';
}

function judgeVersion(text: string) {
  const version = parseKubeVersion(text);
  if (version === undefined) return { result: 'unknown', found: `the server says ${JSON.stringify(text)}` } as const;
  const { major, minor } = version;
  if (major === 1 && minor < 25) return fail(text);
  if (major === 1 && minor < 29) return warn(`${text}: the stop container becomes a regular one with a preStop hook`);
  return pass(text);
}

/** What a pod may be is told from the API server's version; a kubelet that does not know sidecars refuses it. */
function judgeKubelets(look: Look) {
  const server = parseKubeVersion(known(look.version));
  if (server === undefined || !hasNativeSidecars(server)) return skip('FC-CHK-001: the API server has no sidecars');
  const versions = new Map(known(look.nodes).map(({ name, kubeletVersion }) => [name, kubeletVersion]));
  const old = usableNodes(look).flatMap(({ name }) => {
    const text = versions.get(name);
    const version = text === undefined ? undefined : parseKubeVersion(text);
    return version === undefined || hasNativeSidecars(version) ? [] : [`${name} ${text}`];
  });
  return old.length === 0 ? pass('none is older') : fail(someOf(old));
}

function judgePodSecurity({ namespace, settings }: Look) {
  const found = known(namespace);
  if (found === 'absent') return skip('FC-CHK-003: there is no namespace');
  const level = found.labels[podSecurity()];
  if (level === undefined) return pass('no label: the API server’s default, which is privileged unless configured');
  if (level === 'privileged') return pass(level);
  return fail(level, `kubectl label --overwrite namespace ${settings.namespace} ${podSecurity()}=privileged`);
}

function judgeNodes(look: Look) {
  const { zones, members, staticIp } = look.plan;
  const all = nodesOf(look);
  if (zones.length === 0) return fail('no node has the label topology.kubernetes.io/zone');
  const usable = usableNodes(look);
  const told = zones.map((zone) => {
    const here = all.filter((node) => node.zone === zone);
    const ready = usable.filter((node) => node.zone === zone).length;
    // Members with a static IP bind the same ports on the host network, so no two of a service share a node.
    const wanted = staticIp ? (members.get(zone) ?? 0) : Math.min(1, members.get(zone) ?? 0);
    const why = here.filter((node) => !node.usable).map(({ name, trouble }) => `${name} ${trouble}`);
    const text = `${zone} has ${ready} usable for ${wanted}${why.length > 0 ? ` (${someOf(why)})` : ''}`;
    return { text, enough: ready >= Math.max(1, wanted) };
  });
  const text = told.map((one) => one.text).join('; ');
  return told.every(({ enough }) => enough) ? pass(text) : fail(text);
}
