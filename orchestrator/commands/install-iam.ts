import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { FirecampError } from '../../common/domain/errors.ts';
import type { IamTarget } from '../install/iam/grants.ts';
import { type IamRole, iamRoles, rolePolicy } from '../install/iam/role-policy.ts';
import type { Cli } from './cli.ts';
import { asJson } from './output/print.ts';

interface IamOptions {
  readonly cluster?: string;
  readonly region?: string;
  readonly account: string;
  readonly dbType: 'clouddb' | 'k8sdb';
  readonly domain?: string;
  readonly hostedZone?: string;
  readonly vpc?: string;
}

/** `firecamp install iam`: the policies of the roles in AWS. */
export function addInstallIam(install: Command, cli: Cli): void {
  install
    .command('iam')
    .summary('print the IAM policy of a role')
    .description(
      'Prints the IAM policy of a role as JSON: of the members, of the manager (whoever makes services, in the cluster or outside), or of whoever runs firecamp node. It allows what firecamp asks of AWS and nothing else, on what is the cluster’s. Touches nothing.',
    )
    .addArgument(new Argument('<role>', 'whose policy').choices(iamRoles))
    .option('--cluster <cluster>', 'name of the FireCamp cluster (default: FIRECAMP_CLUSTER)')
    .option('--region <region>', 'AWS region (default: AWS_REGION)')
    .requiredOption('--account <id>', 'AWS account, twelve digits', matching(/^\d{12}$/, '111122223333'))
    .addOption(
      new Option('--db-type <type>', 'where the records are: clouddb is DynamoDB, k8sdb ConfigMaps')
        .choices(['clouddb', 'k8sdb'])
        .default('clouddb'),
    )
    .option('--domain <domain>', 'of the members’ names (default: <cluster>-firecamp.com)')
    .option('--hosted-zone <id>', 'narrows to this hosted zone', matching(/^Z[A-Z0-9]+$/, 'Z0123456789ABCDEFGHIJ'))
    .option('--vpc <id>', 'narrows to this VPC', matching(/^vpc-[0-9a-f]+$/, 'vpc-0123456789abcdef0'))
    .action((role: IamRole, options: IamOptions) => cli.stdout(asJson(rolePolicy(role, target(cli, options)))));
}

function target({ env }: Pick<Cli, 'env'>, options: IamOptions): IamTarget {
  const cluster = options.cluster ?? (env['FIRECAMP_CLUSTER'] || undefined);
  const region = options.region ?? (env['AWS_REGION'] || undefined);
  if (cluster === undefined || region === undefined) {
    const missing = [
      ...(cluster === undefined ? ['the cluster’s name (--cluster or FIRECAMP_CLUSTER)'] : []),
      ...(region === undefined ? ['the region (--region or AWS_REGION)'] : []),
    ];
    throw new FirecampError('FC-CFG-001', `Needed is ${missing.join(' and ')}.`);
  }
  const { account, dbType, hostedZone, vpc, domain = `${cluster.toLowerCase()}-firecamp.com` } = options;
  return { partition: partitionOf(region), region, account, cluster, dbType, domain, hostedZone, vpc };
}

/** AWS general reference, "Amazon Resource Names": China and GovCloud are partitions of their own. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function matching(pattern: RegExp, example: string): (given: string) => string {
  return (given) => {
    if (pattern.test(given)) return given;
    throw new InvalidArgumentError(`Needed is one such as ${example}.`);
  };
}
