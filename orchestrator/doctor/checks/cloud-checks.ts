import type { Volume } from '../../../common/ports/volumes.ts';
import { type Check, type Finding, fail, type Look, pass, skip, someOf, warn } from '../check.ts';
import { deniedReads } from '../facts/aws-permissions.ts';
import { known } from '../seen.ts';
import { quotaCheck } from './quota-check.ts';

/** What is to be allowed and cannot be asked about: these have no DryRun, or act on what is not there yet. */
const notAskable = [
  'ec2:UnassignPrivateIpAddresses',
  'route53:CreateHostedZone',
  'route53:ChangeTagsForResource',
  'route53:DeleteHostedZone',
  'route53:ChangeResourceRecordSets',
];

/** AWS itself, volumes and records. */
export const cloudChecks: readonly Check[] = [
  {
    id: 'FC-AWS-005',
    category: 'aws',
    title: 'AWS',
    expected: 'it answers, and accepts the credentials',
    judge: ({ aws }) => {
      known(aws);
      return pass('answers');
    },
    unread: ({ code }) => (code === 'FC-AWS-005' ? 'fail' : 'unknown'),
  },
  {
    id: 'FC-AWS-001',
    category: 'aws',
    title: 'Permissions in AWS',
    expected: 'every action that could be asked about is allowed',
    judge: judgePermissions,
  },
  {
    id: 'FC-CHK-015',
    category: 'aws',
    title: 'Permissions that cannot be asked about',
    expected: 'allowed by the role’s policy',
    judge: ({ settings }) => {
      const writes = settings.dbType === 'clouddb' ? ['dynamodb writes'] : [];
      const remedy = `aws iam simulate-principal-policy --policy-source-arn <role> --action-names ${notAskable.join(' ')}`;
      return skip(`no dry run for ${[...notAskable, ...writes].join(', ')}`, remedy);
    },
  },
  quotaCheck,
  {
    id: 'FC-CHK-013',
    category: 'storage',
    title: 'EBS CSI driver',
    expected: 'ebs.csi.aws.com, where members have volumes',
    judge: ({ csi, plan }) => {
      if (!plan.volumes) return skip(`${plan.what} has no volumes`);
      if (known(csi).present) return pass('it is there');
      const remedy = 'aws eks create-addon --addon-name aws-ebs-csi-driver --cluster-name <name in EKS>';
      return fail('there is no CSIDriver ebs.csi.aws.com', remedy);
    },
  },
  {
    id: 'FC-CHK-014',
    category: 'storage',
    title: 'Tags of the members’ volumes',
    expected: 'ebs.csi.aws.com/cluster=true and ebs.csi.aws.com/cluster-name, as the driver’s policies ask for',
    judge: (look) => (look.plan.volumes ? judgeVolumeTags(look) : skip(`${look.plan.what} has no volumes`)),
  },
  {
    id: 'FC-REC-006',
    category: 'records',
    title: 'Record store',
    expected: 'the table, or ConfigMaps of the namespace, can be read',
    judge: ({ inventory, settings }) => {
      const services = known(inventory);
      const members = services.reduce((sum, one) => sum + one.members.length, 0);
      return pass(`${settings.dbType}: ${services.length} services with ${members} members`);
    },
    unread: ({ code }, { pre }) => {
      if (code === 'FC-REC-006') return pre ? 'skip' : 'fail';
      return code === 'FC-REC-007' ? 'fail' : 'unknown';
    },
  },
];

function judgePermissions(look: Look): Finding {
  const { allowed, denied, unclear } = known(look.permissions);
  // Only doctor asks for quotas: without that permission everything else works.
  const { quotas: _quotas, ...needed } = look;
  const facts = Object.values(needed).filter((one) => typeof one === 'object' && 'error' in one);
  const missing = [...new Set([...denied, ...deniedReads(facts)])];
  if (missing.length > 0) return fail(`denied: ${missing.join(', ')}`);
  if (unclear.length > 0) return { result: 'unknown', found: unclear.join('; ') };
  return pass(`allowed: ${allowed.join(', ')}; and all that was read`);
}

function judgeVolumeTags({ volumes, csi, plan, settings }: Look): Finding {
  const there = known(volumes);
  const { clusterName } = known(csi);
  const tag = (name: string) => `Key=ebs.csi.aws.com/cluster,Value=true Key=ebs.csi.aws.com/cluster-name,Value=${name}`;
  const tagging = (ids: readonly string[], name: string) =>
    `aws ec2 create-tags --resources ${ids.join(' ')} --tags ${tag(name)}`;
  const bare = idsOf(there, ({ tags }) => tags['ebs.csi.aws.com/cluster'] !== 'true');
  if (bare.length > 0) {
    const remedy = tagging(bare, clusterName ?? plan.kubernetesCluster ?? settings.cluster);
    return warn(`the driver’s newer policies let it attach none of ${someOf(bare)}`, remedy);
  }
  if (clusterName === undefined) return pass(`${there.length} volumes have them`);
  const others = idsOf(there, ({ tags }) => tags['ebs.csi.aws.com/cluster-name'] !== clusterName);
  const planned = plan.kubernetesCluster ?? clusterName;
  if (others.length === 0 && planned === clusterName) return pass(`${there.length} volumes have them`);
  const said = [
    ...(planned === clusterName ? [] : [`the service file says ${planned}`]),
    ...(others.length === 0 ? [] : [`${someOf(others)} say otherwise`]),
  ];
  const mending = [
    ...(planned === clusterName ? [] : [`write kubernetesCluster: ${clusterName} in the service file`]),
    ...(others.length === 0 ? [] : [tagging(others, clusterName)]),
  ];
  const text = `the driver calls the cluster ${clusterName}, and ${said.join('; ')}: its cluster-scoped policy would refuse such volumes`;
  return warn(text, mending.join('; '));
}

function idsOf(volumes: readonly Volume[], which: (volume: Volume) => boolean): string[] {
  return volumes.filter(which).map(({ id }) => id);
}
