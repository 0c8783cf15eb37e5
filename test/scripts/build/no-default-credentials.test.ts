import { build } from 'esbuild';
import { test } from 'tap';
import { noDefaultCredentials } from '../../../scripts/build/no-default-credentials.ts';

test('leaves the SDK’s own credential chain out of a bundle, and the client’s request signing in', async (t) => {
  const { metafile } = await build({
    stdin: { contents: "export { STSClient } from '@aws-sdk/client-sts';", resolveDir: import.meta.dirname },
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    plugins: [noDefaultCredentials],
  });
  const inputs = Object.keys(metafile.inputs);
  t.strictSame(
    inputs.filter((path) => /\/(credential-provider-\w+|token-providers|nested-clients)\//.test(path)),
    [],
  );
  t.ok(inputs.some((path) => path.includes('/signature-v4/')));
});
