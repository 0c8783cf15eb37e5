import { table } from './generated-part.ts';
import { orchestratorPart } from './orchestrator-access.ts';

/** One IAM action of the member's role. */
interface Action {
  readonly action: string;
  readonly why: string;
  readonly when: string;
  readonly statement: 'look' | 'move' | 'names' | 'change' | 'records';
}

/** What the two programs ask of AWS; the test compares it with the calls in `common/aws` and `common/store/clouddb`. */
export const memberActions: readonly Action[] = [
  {
    action: 'ec2:DescribeNetworkInterfaces',
    why: 'The interfaces of this node by MAC, who holds the address, and whether the move is seen.',
    when: 'Every claim of a static IP. At a release only when EC2 refuses the Unassign.',
    statement: 'look',
  },
  {
    action: 'ec2:DescribeInstanceTypes',
    why: 'How many addresses an interface of this instance type can have.',
    when: 'A claim, only when the interface has four addresses or more (two on nano and micro types).',
    statement: 'look',
  },
  {
    action: 'ec2:AssignPrivateIpAddresses',
    why: 'Moves the address to this node’s interface.',
    when: 'A claim, unless the address is settled here already; and to hand it back after a lost race.',
    statement: 'move',
  },
  {
    action: 'ec2:UnassignPrivateIpAddresses',
    why: 'Takes the address off its interface.',
    when: 'A release, and the undo of an interrupted claim, with DETACH_POLICY=detach.',
    statement: 'move',
  },
  {
    action: 'route53:ListResourceRecordSets',
    why: 'The member’s A record.',
    when: 'A claim whose resolver does not give the right address; always for a member without a static IP.',
    statement: 'names',
  },
  {
    action: 'route53:ChangeResourceRecordSets',
    why: 'Points the member’s name at its address (A record, TTL 5 s).',
    when: 'The same, when Route 53 has it wrong.',
    statement: 'names',
  },
  {
    action: 'route53:GetChange',
    why: 'Waits for INSYNC.',
    when: 'After a change for a member without a static IP.',
    statement: 'change',
  },
  {
    action: 'dynamodb:GetItem',
    why: 'Reads service, attributes, member, config files and address record, strongly consistent.',
    when: 'DB_TYPE=clouddb: every claim, release and guard run.',
    statement: 'records',
  },
  {
    action: 'dynamodb:UpdateItem',
    why: 'Compare-and-set of the address record.',
    when: 'DB_TYPE=clouddb: every claim and release.',
    statement: 'records',
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

const resources: Readonly<Record<Action['statement'], string>> = {
  look: '*',
  move: 'arn:aws:ec2:REGION:ACCOUNT:network-interface/*',
  names: 'arn:aws:route53:::hostedzone/ZONE',
  change: 'arn:aws:route53:::change/*',
  records: 'arn:aws:dynamodb:REGION:ACCOUNT:table/CLUSTER-firecamp-table',
};

/** An IAM policy as JSON has it (IAM user guide, "Grammar of the IAM JSON policy language"). */
interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: string;
  }[];
}

/** An identity policy that allows just these actions. */
export function examplePolicy(): Policy {
  const statements = Object.entries(resources).map(([name, resource]) => ({
    Effect: 'Allow' as const,
    Action: memberActions.filter((one) => one.statement === name).map((one) => one.action),
    Resource: resource,
  }));
  return { Version: '2012-10-17', Statement: statements };
}

/** The actions and the example policy. */
export function accessPart(): string {
  const rows = memberActions.map(({ action, why, when }) => [`\`${action}\``, why, when]);
  const others = Object.entries(otherActions).map(([action, purpose]) => [`\`${action}\``, purpose]);
  return [
    '## Actions of a member’s role',
    table(['action', 'why', 'when'], rows),
    '## Example policy',
    'Put in region, account, hosted zone and cluster. Without DynamoDB (`DB_TYPE=k8sdb`) leave out the last statement.',
    `\`\`\`json\n${JSON.stringify(examplePolicy(), undefined, 2)}\n\`\`\``,
    '## Not needed by the two programs',
    'The code has these calls too, for other uses:',
    table(['action', 'for'], others),
    orchestratorPart(),
  ].join('\n\n');
}
