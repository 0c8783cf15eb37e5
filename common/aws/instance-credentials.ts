import type { CredentialLink } from './credentials.ts';
import { parseCredentials } from './credentials-reply.ts';
import type { Imds } from './imds.ts';

/** The role of the instance, through the same IMDS session as everything else (EC2 user guide, "Retrieve security credentials from instance metadata"). */
export function instanceRoleLink(imds: Imds): CredentialLink {
  return {
    name: 'the instance’s role',
    async load() {
      const options = { signal: new AbortController().signal };
      const folder = 'meta-data/iam/security-credentials';
      const role = (await imds.textOrNone(`${folder}/`, options))?.split('\n', 1)[0]?.trim();
      if (!role) return undefined;
      return parseCredentials(await imds.text(`${folder}/${encodeURIComponent(role)}`, options));
    },
  };
}
