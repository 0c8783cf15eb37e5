/** Stands for `@aws-sdk/credential-provider-node` in a bundle: what a client does that was given no credentials. */
export const defaultProvider = () => async () => {
  throw new Error('the client was given no credentials');
};
