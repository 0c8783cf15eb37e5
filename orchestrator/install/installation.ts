/** What a namespace is made ready for. */
export interface Installation {
  readonly namespace: string;
  /** Somebody else makes the namespace itself. */
  readonly existingNamespace?: boolean;
  /** Where the records of its services will be: members get at ConfigMaps only where they are. */
  readonly dbType: 'clouddb' | 'k8sdb';
  /** ARN of the role in AWS, for the EKS annotation; none where credentials come another way. */
  readonly memberRoleArn: string | undefined;
  readonly managerRoleArn: string | undefined;
}

/** One setting: the same words and rules stand in the flags of `firecamp install` and in the values of the chart. */
interface Setting {
  readonly words: string;
  readonly pattern?: string;
  readonly choices?: readonly string[];
  readonly example?: string;
}

/**
 * All of them. Names of namespaces are DNS labels (Kubernetes documentation, "Namespaces"); paths of roles are any printable ASCII (IAM API
 * reference, "CreateRole").
 */
export const installSettings = {
  namespace: {
    words: 'Kubernetes namespace',
    pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
    example: 'stores',
  },
  existingNamespace: { words: 'leave the namespace itself to whoever makes it' },
  dbType: {
    words: 'where the records will be: clouddb is DynamoDB, k8sdb ConfigMaps',
    choices: ['clouddb', 'k8sdb'],
  },
  memberRoleArn: {
    words: 'AWS role of the members, as EKS gives it to their service account (IRSA)',
    pattern: roleArn(),
    example: 'arn:aws:iam::111122223333:role/firecamp-member',
  },
  managerRoleArn: {
    words: 'AWS role of the manager’s service account',
    pattern: roleArn(),
    example: 'arn:aws:iam::111122223333:role/firecamp-manager',
  },
} as const satisfies { readonly [S in keyof Installation]-?: Setting };

function roleArn(): string {
  return '^arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-~]+/)?[A-Za-z0-9_+=,.@-]{1,64}$';
}
