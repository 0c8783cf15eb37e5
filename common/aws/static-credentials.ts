import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialSources } from './aws-config.ts';
import type { AwsCredentials, CredentialLink } from './credentials.ts';

/** AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; as in the SDK, AWS_PROFILE goes before them. */
export function environmentLink(sources: CredentialSources): CredentialLink {
  return {
    name: 'the environment',
    async load() {
      if (sources.profile !== undefined) return undefined;
      return keys(sources.accessKeyId, sources.secretAccessKey, sources.sessionToken);
    },
  };
}

/**
 * The keys of a profile in the shared credentials file (AWS SDKs and Tools reference, "Shared config and credentials
 * files"). Profiles that assume roles or sign in are not followed: they are for people's machines, which can export keys.
 */
export function sharedFileLink(sources: CredentialSources): CredentialLink {
  return {
    name: 'the shared credentials file',
    async load() {
      const path = sources.sharedCredentialsFile ?? (sources.home && join(sources.home, '.aws', 'credentials'));
      const profile = sources.profile ?? 'default';
      const text = path === undefined || path === '' ? undefined : await textOf(path);
      const values = text === undefined ? undefined : section(text, profile);
      const found = keys(
        values?.['aws_access_key_id'],
        values?.['aws_secret_access_key'],
        values?.['aws_session_token'],
      );
      if (found === undefined && sources.profile !== undefined) {
        throw new Error(`profile ${profile} has no keys in ${path ?? 'any file'}`);
      }
      return found;
    },
  };
}

function keys(
  id: string | undefined,
  secret: string | undefined,
  token: string | undefined,
): AwsCredentials | undefined {
  if (!id || !secret) return undefined;
  return { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function section(text: string, wanted: string): Record<string, string> | undefined {
  let inside = false;
  let values: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (header) {
      inside = header[1] === wanted;
      if (inside) values ??= {};
      continue;
    }
    const pair = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (inside && values && pair?.[1] !== undefined) values[pair[1].toLowerCase()] = pair[2] ?? '';
  }
  return values;
}
