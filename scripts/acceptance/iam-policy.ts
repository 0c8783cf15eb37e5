import { guestTag, runTag } from './marks.ts';

/** Everything that carries the tag of a run, whichever. */
const ofARun = { Null: { [`aws:ResourceTag/${runTag}`]: 'false' } };
const asARun = { Null: { [`aws:RequestTag/${runTag}`]: 'false' } };
const ec2 = (what: string) => `arn:aws:ec2:*:*:${what}`;

/**
 * The identity policy of whoever runs the acceptance: it makes only what it tags, and changes and deletes only what is tagged so. An
 * interface of one's own instance has to have the tag, too, for an address to visit it. Resource types and condition keys: Service
 * Authorization Reference, pages "Amazon EC2", "Amazon Route 53" and "Amazon DynamoDB".
 */
export const acceptancePolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Look',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DescribeTags',
        'ec2:DescribeVolumes',
        'ec2:DescribeVpcs',
        'ec2:GetSubnetCidrReservations',
        'route53:GetChange',
        'route53:ListHostedZonesByName',
      ],
      Resource: '*',
    },
    {
      Sid: 'MakeInTheSubnet',
      Effect: 'Allow',
      Action: ['ec2:CreateNetworkInterface', 'ec2:CreateSubnetCidrReservation'],
      Resource: [ec2('subnet/*'), ec2('security-group/*')],
    },
    {
      Sid: 'MakeTagged',
      Effect: 'Allow',
      Action: ['ec2:CreateNetworkInterface', 'ec2:CreateVolume'],
      Resource: [ec2('network-interface/*'), ec2('volume/*')],
      Condition: asARun,
    },
    {
      Sid: 'TagWhatIsMade',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: ['network-interface/*', 'volume/*', 'subnet-cidr-reservation/*'].map(ec2),
      Condition: {
        ...asARun,
        StringEquals: { 'ec2:CreateAction': ['CreateNetworkInterface', 'CreateVolume', 'CreateSubnetCidrReservation'] },
      },
    },
    {
      Sid: 'RememberWhereAnAddressIs',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: ec2('network-interface/*'),
      Condition: { ...ofARun, 'ForAllValues:StringEquals': { 'aws:TagKeys': guestTag } },
    },
    {
      Sid: 'ChangeWhatIsTagged',
      Effect: 'Allow',
      Action: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteVolume',
      ],
      Resource: [ec2('network-interface/*'), ec2('volume/*')],
      Condition: ofARun,
    },
    // IAM knows neither a resource nor a tag for it.
    { Sid: 'Unreserve', Effect: 'Allow', Action: 'ec2:DeleteSubnetCidrReservation', Resource: '*' },
    {
      Sid: 'Zones',
      Effect: 'Allow',
      Action: [
        'route53:CreateHostedZone',
        'route53:DeleteHostedZone',
        'route53:ListResourceRecordSets',
        'route53:ChangeTagsForResource',
      ],
      Resource: '*',
    },
    {
      Sid: 'Names',
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/*',
      Condition: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': '*.firecamp-acceptance*.internal',
        },
        Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
      },
    },
    {
      Sid: 'Records',
      Effect: 'Allow',
      Action: [
        'dynamodb:CreateTable',
        'dynamodb:DescribeTable',
        'dynamodb:DeleteTable',
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:Query',
      ],
      Resource: 'arn:aws:dynamodb:*:*:table/acceptance-*-firecamp-table',
    },
  ],
};
