import type { IamAction } from './iam-policy.ts';

/** What making, changing and taking away services asks of AWS. A test compares it with the calls in the adapters. */
export const managerActions: readonly IamAction[] = [
  {
    action: 'ec2:DescribeSubnets',
    why: 'The VPC’s subnets, their zones and ranges.',
    grant: 'Look',
  },
  {
    action: 'ec2:GetSubnetCidrReservations',
    why: 'The ranges that are kept for the cluster, and others’.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeNetworkInterfaces',
    why: 'The interfaces of the nodes, the addresses of a subnet that are in use, and who holds the members’.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeInstances',
    why: 'The nodes’ VPC, type, tags and hop limit.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeInstanceTypes',
    why: 'How many addresses an interface of a node can have.',
    grant: 'Look',
  },
  {
    action: 'ec2:UnassignPrivateIpAddresses',
    why: 'Takes the addresses of members that are removed off their interfaces.',
    grant: 'Addresses',
  },
  {
    action: 'ec2:DescribeVpcAttribute',
    why: 'Whether the VPC’s resolver answers from private zones (`firecamp doctor`).',
    grant: 'Vpc',
  },
  {
    action: 'ec2:CreateSubnetCidrReservation',
    why: 'Keeps a range of a subnet for the cluster’s members.',
    grant: 'Reserve',
  },
  {
    action: 'ec2:DeleteSubnetCidrReservation',
    why: 'Gives that range back.',
    grant: 'Unreserve',
  },
  {
    action: 'ec2:CreateVolume',
    why: 'Makes the members’ volumes.',
    grant: 'NewVolume',
  },
  {
    action: 'ec2:DescribeVolumes',
    why: 'Volumes that a run before made, and whether one is still attached.',
    grant: 'Look',
  },
  {
    action: 'ec2:DeleteVolume',
    why: 'Deletes the volumes of a service that is deleted with its data.',
    grant: 'OldVolume',
  },
  {
    action: 'servicequotas:GetServiceQuota',
    why: 'The account’s own quotas of volumes (`firecamp doctor`).',
    grant: 'Quotas',
  },
  {
    action: 'servicequotas:GetAWSDefaultServiceQuota',
    why: 'AWS’s defaults, where the account has no value of its own (`firecamp doctor`).',
    grant: 'Quotas',
  },
  {
    action: 'route53:ListHostedZonesByVPC',
    why: 'The private zones that the VPC sees, to find the cluster’s.',
    grant: 'ZoneOfVpc',
  },
  {
    action: 'route53:CreateHostedZone',
    why: 'Makes the cluster’s private zone.',
    grant: 'ZoneOfVpc',
  },
  {
    action: 'route53:ChangeTagsForResource',
    why: 'Marks the zone as the cluster’s.',
    grant: 'Zone',
  },
  {
    action: 'route53:ListHostedZonesByName',
    why: 'Finds the zone whose creation was not answered, and one that the VPC does not see.',
    grant: 'AnyZone',
  },
  {
    action: 'route53:GetHostedZone',
    why: 'Whom the zone was made for, by its caller reference.',
    grant: 'Zone',
  },
  {
    action: 'route53:ListTagsForResource',
    why: 'Whom the zone was made for, by its tags.',
    grant: 'Zone',
  },
  {
    action: 'route53:GetHostedZoneLimit',
    why: 'How many records the zone has and may have (`firecamp doctor`).',
    grant: 'Zone',
  },
  {
    action: 'route53:DeleteHostedZone',
    why: 'Takes an empty zone away.',
    grant: 'Zone',
  },
  {
    action: 'route53:ListResourceRecordSets',
    why: 'All records of the zone.',
    grant: 'Zone',
  },
  {
    action: 'route53:ChangeResourceRecordSets',
    why: 'Makes and removes the members’ A records, many at once.',
    grant: 'Names',
  },
  {
    action: 'route53:GetChange',
    why: 'Waits for INSYNC before pods look for their names.',
    grant: 'Change',
  },
  {
    action: 'dynamodb:BatchGetItem',
    why: 'The records of many addresses, strongly consistent; with clouddb, as all of the table.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:PutItem',
    why: 'Creates records, many in one transaction.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:UpdateItem',
    why: 'Changes records by compare-and-set, many in one transaction.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:DeleteItem',
    why: 'Deletes records, many in one transaction.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:GetItem',
    why: 'Reads one record, strongly consistent.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:Query',
    why: 'Lists the records of a kind or of a service.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:DescribeTable',
    why: 'Whether the table is there, and ready.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:CreateTable',
    why: 'Makes the table with the first service of the cluster.',
    grant: 'Records',
  },
];

/** Actions that AWS asks about on its own when another is called; no call has their name. */
export const impliedActions: readonly IamAction[] = [
  {
    action: 'ec2:CreateTags',
    why: 'What is made in EC2 is tagged in the same request (EC2 user guide, “Grant permission to tag Amazon EC2 resources during creation”).',
    grant: 'TagWhatIsMade',
  },
  {
    action: 'ec2:DescribeVpcs',
    why: 'Route 53 looks at the VPC with the caller’s rights (Service Authorization Reference, Amazon Route 53, “Dependent actions”).',
    grant: 'LookForRoute53',
  },
];
