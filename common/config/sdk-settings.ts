import { absolutePath, httpUrl, oneOf, optional } from '../runtime/setting-types.ts';
import type { SettingTable } from '../runtime/settings.ts';

const yesOrNo = ['true', 'false'] as const;

/**
 * Variables that are not firecamp's: AWS's SDK (AWS SDKs and Tools reference, "Settings reference"), the IMDS client (the same, "IMDS
 * credential provider") and Node (command-line API, "Environment variables") read them. Those of credentials are left out.
 */
export const sdkSettings = {
  endpoint: optional(
    httpUrl({ env: 'AWS_ENDPOINT_URL', help: 'Endpoint of all services of AWS, in place of their public ones.' }),
  ),
  ec2Endpoint: endpoint('EC2', 'EC2'),
  route53Endpoint: endpoint('ROUTE_53', 'Route 53'),
  stsEndpoint: endpoint('STS', 'STS'),
  dynamoDbEndpoint: endpoint('DYNAMODB', 'DynamoDB'),
  fips: optional(
    oneOf({ env: 'AWS_USE_FIPS_ENDPOINT', help: 'Whether the endpoints that FIPS 140 asks for are used.' }, yesOrNo),
  ),
  dualStack: optional(
    oneOf({ env: 'AWS_USE_DUALSTACK_ENDPOINT', help: 'Whether the endpoints that speak IPv6 too are used.' }, yesOrNo),
  ),
  metadataEndpoint: optional(
    httpUrl({ env: 'AWS_EC2_METADATA_SERVICE_ENDPOINT', help: 'Where the instance metadata service is.' }),
  ),
  metadataMode: optional(
    oneOf(
      { env: 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE', help: 'By which protocol the instance metadata is asked.' },
      ['IPv4', 'IPv6'],
    ),
  ),
  metadataDisabled: optional(
    oneOf(
      {
        env: 'AWS_EC2_METADATA_DISABLED',
        help: 'Whether to do without instance metadata, which a member with a static IP needs.',
      },
      yesOrNo,
    ),
  ),
  systemAuthorities: optional(
    oneOf(
      {
        env: 'NODE_USE_SYSTEM_CA',
        help: 'Trust the certificate authorities of the image beside those built into Node.',
      },
      ['1'],
    ),
  ),
  extraAuthorities: optional(
    absolutePath({
      env: 'NODE_EXTRA_CA_CERTS',
      help: 'File of certificate authorities, PEM, to trust beside the others.',
    }),
  ),
} as const satisfies SettingTable;

function endpoint(service: string, name: string) {
  return optional(
    httpUrl({ env: `AWS_ENDPOINT_URL_${service}`, help: `Endpoint of ${name}; it stands before AWS_ENDPOINT_URL.` }),
  );
}
