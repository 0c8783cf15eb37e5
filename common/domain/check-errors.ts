import { type CatalogueEntry, exitCodes } from './exit-codes.ts';

const exitCode = exitCodes.negativeFinding;

/** What `firecamp doctor` can find that no operation ends with; part of the one catalogue. */
export const checkErrors = {
  'FC-CHK-001': {
    name: 'KubernetesTooOld',
    exitCode,
    remedy: 'Upgrade the cluster’s control plane and nodes.',
  },
  'FC-CHK-002': {
    name: 'KubernetesPermissionsMissing',
    exitCode,
    remedy: 'Give this user or service account the permissions named above, by a Role and a ClusterRole.',
  },
  'FC-CHK-003': {
    name: 'NamespaceMissing',
    exitCode,
    remedy: 'Create the namespace, or choose another with --namespace.',
  },
  'FC-CHK-004': {
    name: 'PodSecurityTooStrict',
    exitCode,
    remedy: 'Let the namespace have privileged pods: members live on the host network.',
  },
  'FC-CHK-005': {
    name: 'EksAutoMode',
    exitCode,
    remedy: 'Add a managed or self-managed node group to the zone: Auto Mode’s nodes take no interfaces of one’s own.',
  },
  'FC-CHK-006': {
    name: 'InstanceUntagged',
    exitCode,
    remedy: 'Tag the instances named above firecamp-worker=<cluster>.',
  },
  'FC-CHK-007': {
    name: 'InterfaceUntagged',
    exitCode,
    remedy: 'Tag the interfaces named above firecamp-worker=<cluster>.',
  },
  'FC-CHK-008': {
    name: 'TrafficTranslated',
    exitCode,
    remedy: 'Where peers outside the VPC have to see a member’s own address, set AWS_VPC_K8S_CNI_EXTERNALSNAT=true.',
  },
  'FC-CHK-009': {
    name: 'VpcDnsOff',
    exitCode,
    remedy: 'Switch on enableDnsSupport and enableDnsHostnames of the VPC.',
  },
  'FC-CHK-010': {
    name: 'ZoneNotSeen',
    exitCode,
    remedy: 'Associate the hosted zone with the VPC of the nodes.',
  },
  'FC-CHK-011': {
    name: 'ZoneFull',
    exitCode,
    remedy: 'Ask AWS for more records in the hosted zone, or give the service a domain of its own.',
  },
  'FC-CHK-012': {
    name: 'MetadataHopLimitLow',
    exitCode,
    remedy: 'Give pods that are not on the host network credentials of their own, or raise the hop limit to 2.',
  },
  'FC-CHK-013': {
    name: 'CsiDriverMissing',
    exitCode,
    remedy: 'Install the Amazon EBS CSI driver.',
  },
  'FC-CHK-014': {
    name: 'VolumeTagsMissing',
    exitCode,
    remedy: 'Tag the volumes named above as the EBS CSI driver’s policies ask for.',
  },
  'FC-CHK-015': {
    name: 'PermissionsNotAskable',
    exitCode,
    remedy: 'Compare the role’s policy with the list in the reference, or simulate it with IAM.',
  },
  'FC-CHK-016': {
    name: 'VolumeQuotaTooSmall',
    exitCode,
    remedy: 'Ask AWS for a higher quota, or plan smaller or fewer volumes.',
  },
  'FC-CHK-017': {
    name: 'KubeletTooOld',
    exitCode,
    remedy: 'Upgrade the nodes named above to the version of the API server.',
  },
  'FC-CHK-018': {
    name: 'AccessDiffers',
    exitCode,
    remedy: 'Run firecamp install of this release, or give helm or Git what it renders.',
  },
  'FC-CHK-019': {
    name: 'NodeLabelsWrong',
    exitCode,
    remedy: 'Give the nodes named above the labels, and have whatever makes new nodes set them.',
  },
} as const satisfies Record<string, CatalogueEntry>;
