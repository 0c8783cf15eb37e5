/** The account and the cluster that a policy is for. */
export interface IamTarget {
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** FireCamp's name of it. */
  readonly cluster: string;
  readonly dbType: 'clouddb' | 'k8sdb';
  /** Of the members' names. */
  readonly domain: string;
  /** Every zone without; the names in it are narrowed all the same. */
  readonly hostedZone: string | undefined;
  /** Every VPC without. */
  readonly vpc: string | undefined;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What actions are allowed on, and when. */
export interface Grant {
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

interface GrantKind {
  /** For the reference: what the actions are authorised on, and what narrows them. */
  readonly words: string;
  readonly of: (target: IamTarget) => Grant;
}

/**
 * The narrowest that IAM has for each action: resource types and condition keys of the Service Authorization Reference, pages "Amazon
 * EC2", "Amazon Route 53" and "Amazon DynamoDB". An action with no resource type there can only be allowed on `*`.
 */
export const grants = {
  Look: {
    words: '*, this region',
    of: (target) => ({ Resource: '*', Condition: { StringEquals: inRegion(target) } }),
  },
  LookForRoute53: {
    words: '*',
    // Route 53 asks in the caller's name; nothing says which region it asks as.
    of: () => ({ Resource: '*' }),
  },
  Vpc: {
    words: 'VPC',
    of: (target) => ({ Resource: arn(target, 'ec2', `vpc/${target.vpc ?? '*'}`) }),
  },
  Addresses: {
    words: 'network interfaces tagged firecamp-worker=<cluster>',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'network-interface/*'),
      Condition: { StringEquals: { 'ec2:ResourceTag/firecamp-worker': target.cluster }, ...inVpc(target) },
    }),
  },
  Reserve: {
    words: 'subnets (of the VPC, when it is given)',
    of: (target) => ({ Resource: arn(target, 'ec2', 'subnet/*'), ...conditions(inVpc(target)) }),
  },
  Unreserve: {
    words: '*, this region',
    of: (target) => ({ Resource: '*', Condition: { StringEquals: inRegion(target) } }),
  },
  NewVolume: {
    words: 'volumes, with the tag firecamp-cluster=<cluster> in the request',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'volume/*'),
      Condition: { StringEquals: { 'aws:RequestTag/firecamp-cluster': target.cluster } },
    }),
  },
  OldVolume: {
    words: 'volumes tagged firecamp-cluster=<cluster>',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'volume/*'),
      Condition: { StringEquals: { 'ec2:ResourceTag/firecamp-cluster': target.cluster } },
    }),
  },
  TagWhatIsMade: {
    words: 'volumes and reservations, while they are made, with the tag firecamp-cluster=<cluster>',
    of: (target) => ({
      Resource: ['volume/*', 'subnet-cidr-reservation/*'].map((what) => arn(target, 'ec2', what)),
      Condition: {
        StringEquals: {
          'ec2:CreateAction': ['CreateVolume', 'CreateSubnetCidrReservation'],
          'aws:RequestTag/firecamp-cluster': target.cluster,
        },
      },
    }),
  },
  NewInterface: {
    words: 'network interfaces, with the tag firecamp-cluster=<cluster> in the request',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'network-interface/*'),
      Condition: { StringEquals: { 'aws:RequestTag/firecamp-cluster': target.cluster } },
    }),
  },
  InterfacePlace: {
    words: 'subnets and security groups (of the VPC, when it is given)',
    of: (target) => ({
      Resource: ['subnet/*', 'security-group/*'].map((what) => arn(target, 'ec2', what)),
      ...conditions(inVpc(target)),
    }),
  },
  OldInterface: {
    words: 'network interfaces tagged firecamp-cluster=<cluster>',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'network-interface/*'),
      Condition: { StringEquals: { 'ec2:ResourceTag/firecamp-cluster': target.cluster } },
    }),
  },
  NodeInstance: {
    words: 'instances tagged firecamp-worker=<cluster>',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'instance/*'),
      Condition: { StringEquals: { 'ec2:ResourceTag/firecamp-worker': target.cluster } },
    }),
  },
  TagInterface: {
    words: 'network interfaces, while they are made, with the tag firecamp-cluster=<cluster>',
    of: (target) => ({
      Resource: arn(target, 'ec2', 'network-interface/*'),
      Condition: {
        StringEquals: {
          'ec2:CreateAction': 'CreateNetworkInterface',
          'aws:RequestTag/firecamp-cluster': target.cluster,
        },
      },
    }),
  },
  Zone: {
    words: 'hosted zone',
    of: (target) => ({ Resource: zoneArn(target) }),
  },
  ZoneOfVpc: {
    words: '* (with the VPC, when it is given)',
    of: (target) => ({ Resource: '*', ...conditions(ofVpc(target)) }),
  },
  Quotas: {
    words: '*',
    // Reading quotas has no resource types (Service Authorization Reference, "Service Quotas").
    of: () => ({ Resource: '*' }),
  },
  AnyZone: {
    words: '*',
    of: () => ({ Resource: '*' }),
  },
  Names: {
    words: 'hosted zone; A records below the domain, created and deleted only',
    of: (target) => ({
      Resource: zoneArn(target),
      Condition: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': `*.${target.domain.toLowerCase()}`,
        },
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': 'A',
          'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
        },
        // "All of none" is true, so a request without the key would pass (IAM user guide, "Multivalued context keys").
        Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
      },
    }),
  },
  Change: {
    words: 'changes',
    of: ({ partition }) => ({ Resource: `arn:${partition}:route53:::change/*` }),
  },
  Records: {
    words: 'the cluster’s table',
    of: (target) => ({ Resource: tableArn(target) }),
  },
  AddressRecords: {
    words: 'the cluster’s table; address records only',
    of: (target) => ({
      Resource: tableArn(target),
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'StaticIPKey-*' },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    }),
  },
} as const satisfies Record<string, GrantKind>;

/** What an action is allowed on, by name; also the statement's Sid. */
export type GrantName = keyof typeof grants;

function arn({ partition, region, account }: IamTarget, service: string, what: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${what}`;
}

function zoneArn({ partition, hostedZone }: IamTarget): string {
  return `arn:${partition}:route53:::hostedzone/${hostedZone ?? '*'}`;
}

function tableArn(target: IamTarget): string {
  return arn(target, 'dynamodb', `table/${target.cluster}-firecamp-table`);
}

function inRegion({ region }: IamTarget): Readonly<Record<string, string>> {
  return { 'ec2:Region': region };
}

function inVpc(target: IamTarget): Conditions {
  return target.vpc === undefined ? {} : { ArnEquals: { 'ec2:Vpc': arn(target, 'ec2', `vpc/${target.vpc}`) } };
}

/** Format of the key: Route 53 developer guide, "Using IAM policy conditions for fine-grained access control". */
function ofVpc({ vpc, region }: IamTarget): Conditions {
  if (vpc === undefined) return {};
  return {
    'ForAllValues:StringEquals': { 'route53:VPCs': `VPCId=${vpc},VPCRegion=${region}` },
    Null: { 'route53:VPCs': 'false' },
  };
}

function conditions(given: Conditions): Pick<Grant, 'Condition'> {
  return Object.keys(given).length === 0 ? {} : { Condition: given };
}
