import { table } from './generated-part.ts';

/** One IAM action that making and taking away services needs. */
interface OrchestratorAction {
  readonly action: string;
  readonly why: string;
  /** What the action is authorised on (Service Authorization Reference). */
  readonly resource: string;
}

/** What the orchestrator's own adapters ask of AWS; the test compares it with the calls in them. */
export const orchestratorActions: readonly OrchestratorAction[] = [
  {
    action: 'ec2:DescribeSubnets',
    why: 'The VPC’s subnets, their zones and ranges.',
    resource: '*',
  },
  {
    action: 'ec2:GetSubnetCidrReservations',
    why: 'The ranges that are kept for the cluster, and others’.',
    resource: '*',
  },
  {
    action: 'ec2:DescribeNetworkInterfaces',
    why: 'The interfaces of the nodes, the addresses of a subnet that are in use, and who holds the members’.',
    resource: '*',
  },
  {
    action: 'ec2:DescribeInstances',
    why: 'The nodes’ VPC, type, tags and hop limit.',
    resource: '*',
  },
  {
    action: 'ec2:DescribeInstanceTypes',
    why: 'How many addresses an interface of a node can have.',
    resource: '*',
  },
  {
    action: 'ec2:UnassignPrivateIpAddresses',
    why: 'Takes the addresses of members that are removed off their interfaces.',
    resource: 'network interface',
  },
  {
    action: 'ec2:DescribeVpcAttribute',
    why: 'Whether the VPC’s resolver answers from private zones (`firecamp doctor`).',
    resource: 'VPC',
  },
  {
    action: 'ec2:CreateSubnetCidrReservation',
    why: 'Keeps a range of a subnet for the cluster’s members.',
    resource: 'subnet',
  },
  {
    action: 'ec2:DeleteSubnetCidrReservation',
    why: 'Gives that range back.',
    resource: '*',
  },
  {
    action: 'ec2:CreateVolume',
    why: 'Makes the members’ volumes.',
    resource: 'volume',
  },
  {
    action: 'ec2:DescribeVolumes',
    why: 'Volumes that a run before made, and whether one is still attached.',
    resource: '*',
  },
  {
    action: 'ec2:DeleteVolume',
    why: 'Deletes the volumes of a service that is deleted with its data.',
    resource: 'volume',
  },
  {
    action: 'route53:ListHostedZonesByVPC',
    why: 'The private zones that the VPC sees, to find the cluster’s.',
    resource: 'VPC',
  },
  {
    action: 'route53:CreateHostedZone',
    why: 'Makes the cluster’s private zone.',
    resource: '*',
  },
  {
    action: 'route53:ChangeTagsForResource',
    why: 'Marks the zone as the cluster’s.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:ListHostedZonesByName',
    why: 'Finds the zone whose creation was not answered, and one that the VPC does not see.',
    resource: '*',
  },
  {
    action: 'route53:GetHostedZone',
    why: 'Whom the zone was made for, by its caller reference.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:ListTagsForResource',
    why: 'Whom the zone was made for, by its tags.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:GetHostedZoneLimit',
    why: 'How many records the zone has and may have (`firecamp doctor`).',
    resource: 'hosted zone',
  },
  {
    action: 'route53:AssociateVPCWithHostedZone',
    why: 'Lets the VPC see the zone.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:DeleteHostedZone',
    why: 'Takes an empty zone away.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:ListResourceRecordSets',
    why: 'All records of the zone.',
    resource: 'hosted zone',
  },
  {
    action: 'route53:ChangeResourceRecordSets',
    why: 'Makes and removes the members’ A records, many at once.',
    resource: 'hosted zone',
  },
  {
    action: 'dynamodb:BatchGetItem',
    why: 'The records of many addresses, strongly consistent; with clouddb, as the next three.',
    resource: 'table',
  },
  {
    action: 'dynamodb:PutItem',
    why: 'Creates records, many in one transaction.',
    resource: 'table',
  },
  {
    action: 'dynamodb:UpdateItem',
    why: 'Changes records by compare-and-set, many in one transaction.',
    resource: 'table',
  },
  {
    action: 'dynamodb:DeleteItem',
    why: 'Deletes records, many in one transaction.',
    resource: 'table',
  },
];

/** The section about the orchestrator's role. */
export function orchestratorPart(): string {
  const rows = orchestratorActions.map(({ action, why, resource }) => [`\`${action}\``, why, resource]);
  return [
    '## Actions of the orchestrator’s role',
    'Whoever makes services needs these; a member’s role does not. What is made in EC2 is tagged in the same request, which needs ' +
      '`ec2:CreateTags` too (EC2 user guide, “Grant permission to tag Amazon EC2 resources during creation”).',
    'Route 53 looks at the VPC with the caller’s rights, which needs `ec2:DescribeVpcs` (Service Authorization Reference, Amazon ' +
      'Route 53, “Dependent actions”). A volume under a key of your own needs `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey`, ' +
      '`kms:GenerateDataKeyWithoutPlaintext` and `kms:ReEncrypt*` on that key (Amazon EBS user guide, “Requirements for Amazon EBS ' +
      'encryption”). Records in DynamoDB need `dynamodb:GetItem` and `dynamodb:Query` beside those of the table.',
    table(['action', 'why', 'authorised on'], rows),
  ].join('\n\n');
}
