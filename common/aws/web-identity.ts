import { readFile } from 'node:fs/promises';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { CredentialSources } from './aws-config.ts';
import { malformedReply, toDomainError } from './aws-errors.ts';
import type { AwsCredentials, CredentialLink } from './credentials.ts';
import type { WireHandler } from './request-handler.ts';

/**
 * IRSA: the pod's service account token, exchanged at STS (AWS STS API reference, AssumeRoleWithWebIdentity). The token file
 * is read for every exchange, since kubelet rotates it.
 */
export function webIdentityLink(
  sources: CredentialSources,
  region: () => Promise<string>,
  requestHandler: WireHandler,
): CredentialLink {
  return {
    name: 'the web identity token',
    async load() {
      const { webIdentityTokenFile: file, roleArn } = sources;
      if (file === undefined || roleArn === undefined) return undefined;
      const token = (await readFile(file, 'utf8')).trim();
      const client = new STSClient({ region, requestHandler, maxAttempts: 3, credentials: unsigned });
      const call = { action: 'sts:AssumeRoleWithWebIdentity', signal: new AbortController().signal };
      const request = new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: sources.roleSessionName ?? `firecamp-${Date.now()}`,
        WebIdentityToken: token,
      });
      const { Credentials: found } = await client.send(request).catch((error: unknown) => {
        throw toDomainError(error, call);
      });
      if (!found?.AccessKeyId || !found.SecretAccessKey || !found.SessionToken) {
        throw malformedReply(call, 'it has no credentials');
      }
      return {
        accessKeyId: found.AccessKeyId,
        secretAccessKey: found.SecretAccessKey,
        sessionToken: found.SessionToken,
        ...(found.Expiration === undefined ? {} : { expiration: found.Expiration }),
      };
    },
  };
}

/** The call carries no signature; without a provider of our own the SDK would start its default chain. */
async function unsigned(): Promise<AwsCredentials> {
  throw new Error('AssumeRoleWithWebIdentity is not signed');
}
