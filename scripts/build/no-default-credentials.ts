import type { Plugin } from 'esbuild';

const replacement = `export const defaultProvider = () => async () => {
  throw new Error('the client was given no credentials');
};`;

/**
 * Leaves the SDK's default credential provider out of a bundle. Every client imports it, in case it is given no credentials, and it
 * brings SSO, OIDC, sign-in and a second STS client with it: a quarter of the bundle that nobody runs, as common/aws/credentials.ts
 * is what clients are given.
 */
export const noDefaultCredentials: Plugin = {
  name: 'no-default-credentials',
  setup(build) {
    const namespace = 'no-default-credentials';
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /.*/, namespace }, () => ({ contents: replacement }));
  },
};
