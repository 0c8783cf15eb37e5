/** Where credentials may come from, as the SDK's own variables say it (AWS SDKs and Tools reference, "Standardized credential providers"). */
export interface CredentialSources {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly roleSessionName?: string | undefined;
  readonly webIdentityTokenFile?: string | undefined;
  readonly containerFullUri?: string | undefined;
  readonly containerRelativeUri?: string | undefined;
  readonly containerToken?: string | undefined;
  readonly containerTokenFile?: string | undefined;
  readonly profile?: string | undefined;
  readonly sharedCredentialsFile?: string | undefined;
  readonly home?: string | undefined;
}

/** What the AWS adapters are told; everything else is fixed. */
export interface AwsConfig {
  /** undefined: the region this instance runs in, from IMDS. */
  readonly region?: string | undefined;
  /** `host` or `host:port` each; empty: the system's. */
  readonly dnsServers: readonly string[];
  readonly metadata: {
    /** Base URL; undefined: the link-local address. */
    readonly endpoint?: string | undefined;
    readonly ipv6: boolean;
    readonly disabled: boolean;
  };
  readonly credentials: CredentialSources;
}

/**
 * The configuration that the SDK's variables describe. An empty variable counts as unset.
 * @param env the process environment, read elsewhere
 */
export function awsConfigFrom(
  env: Readonly<Record<string, string | undefined>>,
  own: { readonly region?: string | undefined; readonly dnsServers?: readonly string[] } = {},
): AwsConfig {
  const get = (name: string) => env[name]?.trim() || undefined;
  return {
    region: own.region ?? get('AWS_REGION') ?? get('AWS_DEFAULT_REGION'),
    dnsServers: own.dnsServers ?? [],
    metadata: {
      endpoint: get('AWS_EC2_METADATA_SERVICE_ENDPOINT'),
      ipv6: get('AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE')?.toLowerCase() === 'ipv6',
      disabled: get('AWS_EC2_METADATA_DISABLED')?.toLowerCase() === 'true',
    },
    credentials: {
      accessKeyId: get('AWS_ACCESS_KEY_ID'),
      secretAccessKey: get('AWS_SECRET_ACCESS_KEY'),
      sessionToken: get('AWS_SESSION_TOKEN'),
      roleArn: get('AWS_ROLE_ARN'),
      roleSessionName: get('AWS_ROLE_SESSION_NAME'),
      webIdentityTokenFile: get('AWS_WEB_IDENTITY_TOKEN_FILE'),
      containerFullUri: get('AWS_CONTAINER_CREDENTIALS_FULL_URI'),
      containerRelativeUri: get('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'),
      containerToken: get('AWS_CONTAINER_AUTHORIZATION_TOKEN'),
      containerTokenFile: get('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'),
      profile: get('AWS_PROFILE'),
      sharedCredentialsFile: get('AWS_SHARED_CREDENTIALS_FILE'),
      home: get('HOME'),
    },
  };
}
