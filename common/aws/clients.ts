import { EC2Client } from '@aws-sdk/client-ec2';
import { Route53Client } from '@aws-sdk/client-route-53';
import type { AwsConfig } from './aws-config.ts';
import { containerLink } from './container-credentials.ts';
import { CredentialChain } from './credentials.ts';
import { closeConnections, openConnections } from './http-exchange.ts';
import { Imds } from './imds.ts';
import { instanceRoleLink } from './instance-credentials.ts';
import { WireHandler } from './request-handler.ts';
import { environmentLink, sharedFileLink } from './static-credentials.ts';
import { webIdentityLink } from './web-identity.ts';

/** The SDK's clients and what they stand on. A change of state is sent once; reads are retried by the SDK. */
export interface AwsClients {
  readonly ec2: { readonly read: EC2Client; readonly write: EC2Client };
  readonly route53: { readonly read: Route53Client; readonly write: Route53Client };
  readonly credentials: CredentialChain;
  readonly metadata: Imds;
  readonly region: () => Promise<string>;
  /** For clients of other services: the same connections and limits. */
  readonly requestHandler: WireHandler;
  /** Ends all connections. */
  close(): void;
}

const limits = { connectTimeoutMs: 1_000, timeoutMs: 5_000, maxReplyBytes: 8 * 1024 * 1024 } as const;
const maxSockets = 16;

/**
 * Builds the clients; nothing is sent yet. Endpoints come from the SDK's own variables (AWS_ENDPOINT_URL and
 * AWS_ENDPOINT_URL_<SERVICE>), which the SDK reads itself.
 */
export function openAwsClients(config: AwsConfig): AwsClients {
  const connections = openConnections(maxSockets);
  const requestHandler = new WireHandler(connections, limits);
  const metadata = new Imds(config.metadata, connections);
  const region = onceResolved(
    async () => config.region ?? (await metadata.identity({ signal: new AbortController().signal })).region,
  );
  const credentials = new CredentialChain([
    environmentLink(config.credentials),
    sharedFileLink(config.credentials),
    webIdentityLink(config.credentials, region, requestHandler),
    containerLink(config.credentials, connections),
    instanceRoleLink(metadata),
  ]);
  const shared = { region, credentials: credentials.provider(), requestHandler } as const;
  // Eight tries with the SDK's jittered backoff outlast some seconds of throttling, which a zone's loss brings: kubelet's
  // own restart of a failed claim would wait ten.
  const read = { ...shared, maxAttempts: 8, retryMode: 'standard' } as const;
  const write = { ...shared, maxAttempts: 1 } as const;
  return {
    ec2: { read: new EC2Client(read), write: new EC2Client(write) },
    route53: { read: new Route53Client(read), write: new Route53Client(write) },
    credentials,
    metadata,
    region,
    requestHandler,
    close: () => closeConnections(connections),
  };
}

function onceResolved<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
