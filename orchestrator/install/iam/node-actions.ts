import type { IamAction } from './iam-policy.ts';

/**
 * What `firecamp node` asks of AWS. Attaching and detaching is asked about twice, for the interface and for the instance (as in
 * amazon-vpc-cni-k8s, docs/iam-policy.md, "Scope-down IAM policy"). A test runs all of it under the policy.
 */
export const nodeActions: readonly IamAction[] = [
  {
    action: 'ec2:DescribeInstances',
    why: 'The nodes’ type, zone, VPC and state.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeInstanceTypes',
    why: 'How many interfaces an instance can have, and how many addresses each.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeNetworkInterfaces',
    why: 'What the nodes have, and what was made for them.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeSubnets',
    why: 'The subnets of the nodes’ zones.',
    grant: 'Look',
  },
  {
    action: 'ec2:GetSubnetCidrReservations',
    why: 'Which of them has a range of the cluster.',
    grant: 'Look',
  },
  {
    action: 'ec2:CreateNetworkInterface',
    why: 'Makes a node’s interface.',
    grant: 'NewInterface',
  },
  {
    action: 'ec2:CreateNetworkInterface',
    why: 'The subnet and the security groups that it gets.',
    grant: 'InterfacePlace',
  },
  {
    action: 'ec2:CreateTags',
    why: 'It is tagged in the same request (EC2 user guide, “Grant permission to tag Amazon EC2 resources during creation”).',
    grant: 'TagInterface',
  },
  {
    action: 'ec2:AttachNetworkInterface',
    why: 'Attaches it.',
    grant: 'OldInterface',
  },
  {
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    why: 'Lets it go when its instance is terminated.',
    grant: 'OldInterface',
  },
  {
    action: 'ec2:DetachNetworkInterface',
    why: 'Takes it off its node (`firecamp node prepare --remove`).',
    grant: 'OldInterface',
  },
  {
    action: 'ec2:DeleteNetworkInterface',
    why: 'Deletes it (`firecamp node prepare --remove`), and one that cannot be attached.',
    grant: 'OldInterface',
  },
  {
    action: 'ec2:AttachNetworkInterface',
    why: 'The instance that it is attached to.',
    grant: 'NodeInstance',
  },
  {
    action: 'ec2:ModifyNetworkInterfaceAttribute',
    why: 'The instance that it goes with.',
    grant: 'NodeInstance',
  },
  {
    action: 'ec2:DetachNetworkInterface',
    why: 'The instance that it is taken off.',
    grant: 'NodeInstance',
  },
  {
    action: 'dynamodb:Query',
    why: 'Which members’ addresses are on an interface that is to go.',
    grant: 'Records',
  },
];
