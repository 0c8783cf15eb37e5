import { grants, type IamTarget } from '../../orchestrator/install/iam/grants.ts';
import type { IamAction } from '../../orchestrator/install/iam/iam-policy.ts';
import { impliedActions, managerActions } from '../../orchestrator/install/iam/manager-actions.ts';
import { memberActions, otherActions } from '../../orchestrator/install/iam/member-actions.ts';
import { nodeActions } from '../../orchestrator/install/iam/node-actions.ts';
import { type IamRole, rolePolicy } from '../../orchestrator/install/iam/role-policy.ts';
import { table } from './generated-part.ts';

/** What the policies on the page are for. */
const example: IamTarget = {
  partition: 'aws',
  region: 'us-east-1',
  account: '111122223333',
  cluster: 'prod',
  dbType: 'clouddb',
  domain: 'prod-firecamp.com',
  hostedZone: undefined,
  vpc: 'vpc-0123456789abcdef0',
};

/** The actions of both roles and their policies. */
export function accessPart(): string {
  const memberRows = memberActions.map((one) => [...common(one), one.when]);
  const managerRows = [...managerActions, ...impliedActions].map((one) => common(one));
  const others = Object.entries(otherActions).map(([action, purpose]) => [`\`${action}\``, purpose]);
  return [
    '## Actions of a member’s role',
    table(['action', 'why', 'allowed on', 'when'], memberRows),
    '### Not needed by the two programs',
    'The code has these calls too, for other uses:',
    table(['action', 'for'], others),
    '### The policy',
    policy('member'),
    '## Actions of the manager’s role',
    'Whoever makes services needs these; a member’s role does not.',
    table(['action', 'why', 'allowed on'], managerRows),
    'A volume under a key of your own needs `kms:CreateGrant`, `kms:Decrypt`, `kms:DescribeKey`, `kms:GenerateDataKeyWithoutPlaintext` ' +
      'and `kms:ReEncrypt*` on that key (Amazon EBS user guide, “Requirements for Amazon EBS encryption”).',
    '### Its policy',
    policy('manager'),
    '## Actions for nodes',
    'Whoever runs `firecamp node` needs these; neither of the other two roles does.',
    table(
      ['action', 'why', 'allowed on'],
      nodeActions.map((one) => common(one)),
    ),
    '### Their policy',
    policy('nodes'),
  ].join('\n\n');
}

function common({ action, why, grant }: IamAction): string[] {
  return [`\`${action}\``, why, grants[grant].words];
}

function policy(role: IamRole): string {
  const { account, cluster, region, vpc } = example;
  const command = `firecamp install iam ${role} --cluster ${cluster} --db-type clouddb --region ${region} --account ${account} --vpc ${vpc}`;
  return `\`${command}\` prints:\n\n\`\`\`json\n${JSON.stringify(rolePolicy(role, example), undefined, 2)}\n\`\`\``;
}
