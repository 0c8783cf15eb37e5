import type { SessionCredentials } from '../credentials.ts';
import type { Ec2State, ImdsInterface } from '../ec2/ec2-state.ts';
import type { Instance } from '../ec2/model.ts';
import type { MetadataTree } from './metadata-tree.ts';

/** What the metadata of an instance is made from. */
export interface MetadataSource {
  readonly ec2: Ec2State;
  readonly instance: Instance;
  /** as old as this instance's IMDS is at the moment */
  readonly interfaces: readonly ImdsInterface[];
  /** credentials of the instance's role, where it has one */
  readonly credentials: (() => SessionCredentials) | undefined;
  /** ms since the epoch */
  readonly now: number;
}

const IMAGE = 'ami-0f00000000000001';

/**
 * The part of the metadata under /latest that is simulated.
 * Source: EC2 user guide, "Instance metadata categories" and "Dynamic data categories".
 */
export function instanceMetadata(source: MetadataSource): MetadataTree {
  return {
    dynamic: { 'instance-identity': { document: identityDocument(source) } },
    'meta-data': metaData(source),
  };
}

function metaData(source: MetadataSource): MetadataTree {
  const { ec2, instance, interfaces } = source;
  const primary = interfaces[0];
  const address = instance.ipv6Only ? undefined : primary?.addresses[0];
  const hostname = localHostname(ec2.region, instance, primary);
  return {
    'ami-id': IMAGE,
    hostname,
    iam: roleMetadata(source),
    'instance-id': instance.id,
    'instance-life-cycle': 'on-demand',
    'instance-type': instance.type,
    'local-hostname': hostname,
    'local-ipv4': address,
    mac: primary?.mac,
    network: {
      interfaces: {
        macs: Object.fromEntries(interfaces.map((item) => [item.mac, interfaceMetadata(source, item)])),
      },
    },
    placement: { 'availability-zone': instance.zone, region: ec2.region },
    'reservation-id': `r-${instance.id.slice(-17)}`,
    'security-groups': 'default',
    services: { domain: 'amazonaws.com', partition: 'aws' },
  };
}

/** An IPv6-only interface has none of the ipv4 entries. */
function interfaceMetadata({ ec2, instance }: MetadataSource, item: ImdsInterface): MetadataTree {
  const ipv4 = {
    'local-ipv4s': item.addresses.join('\n'),
    'subnet-ipv4-cidr-block': item.subnetCidr,
  };
  return {
    'device-number': String(item.deviceNumber),
    'interface-id': item.id,
    'local-hostname': localHostname(ec2.region, instance, item),
    mac: item.mac,
    'owner-id': ec2.accountId,
    'security-group-ids': (ec2.interface(item.id)?.groups ?? []).join('\n'),
    'security-groups': 'default',
    'subnet-id': item.subnetId,
    'vpc-id': item.vpcId,
    'vpc-ipv4-cidr-block': item.vpcCidr,
    'vpc-ipv4-cidr-blocks': item.vpcCidr,
    ...(instance.ipv6Only ? {} : ipv4),
  };
}

/** Source: EC2 user guide, "EC2 instance hostnames and domains": by address, or by id on IPv6-only instances. */
function localHostname(region: string, instance: Instance, item: ImdsInterface | undefined): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  const address = instance.ipv6Only ? undefined : item?.addresses[0];
  return address === undefined ? `${instance.id}.${domain}` : `ip-${address.replaceAll('.', '-')}.${domain}`;
}

/** Nothing under iam/ when the instance has no role. Source: EC2 user guide, "Retrieve security credentials". */
function roleMetadata({ ec2, instance, credentials, now }: MetadataSource): MetadataTree | undefined {
  const role = instance.roleName;
  if (role === undefined || credentials === undefined) return undefined;
  const updated = isoSeconds(now);
  const info = {
    Code: 'Success',
    LastUpdated: updated,
    InstanceProfileArn: `arn:aws:iam::${ec2.accountId}:instance-profile/${role}`,
    InstanceProfileId: 'AIPASIMULATEDPROFILE0',
  };
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials();
  const secret = {
    Code: 'Success',
    LastUpdated: updated,
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: isoSeconds(expiresAt),
  };
  return { info: json(info), 'security-credentials': { [role]: json(secret) } };
}

/** Source: EC2 user guide, "Instance identity documents". */
function identityDocument({ ec2, instance, interfaces }: MetadataSource): string {
  return json({
    accountId: ec2.accountId,
    architecture: 'x86_64',
    availabilityZone: instance.zone,
    billingProducts: null,
    devpayProductCodes: null,
    marketplaceProductCodes: null,
    imageId: IMAGE,
    instanceId: instance.id,
    instanceType: instance.type,
    kernelId: null,
    pendingTime: isoSeconds(instance.launchedAt),
    privateIp: interfaces[0]?.addresses[0] ?? null,
    ramdiskId: null,
    region: ec2.region,
    version: '2017-09-30',
  });
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function json(value: object): string {
  return JSON.stringify(value, undefined, 2);
}
