import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

// A file and not a text in here: a build is made anew when one of its files has changed.
const replacement = fileURLToPath(new URL('./given-no-credentials.ts', import.meta.url));

/**
 * Leaves the SDK's default credential provider out of a bundle. Every client imports it, in case it is given no credentials, and it
 * brings SSO, OIDC, sign-in and a second STS client with it: a quarter of the bundle that nobody runs, as common/aws/credentials.ts
 * is what clients are given.
 */
export const noDefaultCredentials: Plugin = {
  name: 'no-default-credentials',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: replacement }));
  },
};
