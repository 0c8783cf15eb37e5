import type { IamAction } from './iam-policy.ts';

/** One IAM action of the members' role. */
interface MemberAction extends IamAction {
  readonly when: string;
}

/** What the two programs of a member ask of AWS. A test compares it with the calls in `common/aws` and `common/store/clouddb`. */
export const memberActions: readonly MemberAction[] = [
  {
    action: 'ec2:DescribeNetworkInterfaces',
    why: 'The interfaces of this node by MAC, who holds the address, and whether the move is seen.',
    when: 'Every claim of a static IP. At a release only when EC2 refuses the Unassign.',
    grant: 'Look',
  },
  {
    action: 'ec2:DescribeInstanceTypes',
    why: 'How many addresses an interface of this instance type can have.',
    when: 'A claim, only when the interface has four addresses or more (two on nano and micro types).',
    grant: 'Look',
  },
  {
    action: 'ec2:AssignPrivateIpAddresses',
    why: 'Moves the address to this node’s interface.',
    when: 'A claim, unless the address is settled here already; and to hand it back after a lost race.',
    grant: 'Addresses',
  },
  {
    action: 'ec2:UnassignPrivateIpAddresses',
    why: 'Takes the address off its interface.',
    when: 'A release, and the undo of an interrupted claim, with DETACH_POLICY=detach.',
    grant: 'Addresses',
  },
  {
    action: 'route53:ListResourceRecordSets',
    why: 'The member’s A record.',
    when: 'A claim whose resolver does not give the right address; always for a member without a static IP.',
    grant: 'Zone',
  },
  {
    action: 'route53:ChangeResourceRecordSets',
    why: 'Points the member’s name at its address (A record, TTL 5 s).',
    when: 'The same, when Route 53 has it wrong.',
    grant: 'Names',
  },
  {
    action: 'route53:GetChange',
    why: 'Waits for INSYNC.',
    when: 'After a change for a member without a static IP.',
    grant: 'Change',
  },
  {
    action: 'dynamodb:GetItem',
    why: 'Reads service, attributes, member, config files and address record, strongly consistent.',
    when: 'DB_TYPE=clouddb: every claim, release and guard run.',
    grant: 'Records',
  },
  {
    action: 'dynamodb:UpdateItem',
    why: 'Compare-and-set of the address record.',
    when: 'DB_TYPE=clouddb: every claim and release.',
    grant: 'AddressRecords',
  },
];

/** Actions that the code can call and that the two programs do not: what they are for instead. */
export const otherActions: Readonly<Record<string, string>> = {
  'dynamodb:PutItem': 'creating records',
  'dynamodb:DeleteItem': 'deleting records',
  'dynamodb:Query': 'listing records',
  'dynamodb:CreateTable': 'creating the table',
  'dynamodb:DescribeTable': 'creating the table',
  'sts:AssumeRoleWithWebIdentity': 'IRSA; allowed by the role’s trust policy, not by a permission',
};
