import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Installation, installSettings } from '../install/installation.ts';

/** The flags that say what is installed, but for the namespace. */
export interface InstallOptions {
  readonly existingNamespace?: boolean;
  readonly dbType?: 'clouddb' | 'k8sdb';
  readonly memberRoleArn?: string;
  readonly managerRoleArn?: string;
}

const { namespace, existingNamespace, dbType, memberRoleArn, managerRoleArn } = installSettings;

export function withInstallOptions(command: Command): Command {
  return command
    .option('--existing-namespace', existingNamespace.words)
    .addOption(new Option('--db-type <type>', `${dbType.words} (default: clouddb)`).choices(dbType.choices))
    .option('--member-role-arn <arn>', memberRoleArn.words, matching(memberRoleArn))
    .option('--manager-role-arn <arn>', managerRoleArn.words, matching(managerRoleArn));
}

/** What the flags say, with the defaults for the others. */
export function installation(options: InstallOptions, inNamespace: string): Installation {
  return {
    namespace: inNamespace,
    existingNamespace: options.existingNamespace ?? false,
    dbType: options.dbType ?? 'clouddb',
    memberRoleArn: options.memberRoleArn,
    managerRoleArn: options.managerRoleArn,
  };
}

/** Names that the API server would take. */
export const namespaceName = matching(namespace);

function matching({ pattern, example }: { readonly pattern: string; readonly example: string }) {
  const expression = new RegExp(pattern);
  return (given: string): string => {
    if (expression.test(given)) return given;
    throw new InvalidArgumentError(`Needed is one such as ${example}.`);
  };
}
