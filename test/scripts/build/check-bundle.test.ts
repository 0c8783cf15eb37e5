import type { Metafile } from 'esbuild';
import t from 'tap';
import { BundleCheckError, checkBundle } from '../../../scripts/build/check-bundle.ts';

function metafile(inputs: Record<string, number>, imports: string[] = [], bytes = 1000): Metafile {
  return {
    inputs: {},
    outputs: {
      'firecamp.cjs': {
        bytes,
        exports: [],
        imports: imports.map((path) => ({ path, kind: 'require-call' })),
        inputs: Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }])),
      },
    },
  };
}

/** The findings about a bundle, none when it is fit. */
function findings(...args: Parameters<typeof metafile>): readonly string[] {
  try {
    checkBundle(metafile(...args), { total: 10_000, file: 500 });
    return [];
  } catch (error) {
    if (error instanceof BundleCheckError) return error.findings;
    throw error;
  }
}

t.test('passes commands, ES modules and imports of built-in modules', async (t) => {
  const inputs = { 'node_modules/@aws-sdk/client-ec2/dist-es/commands/DescribeVpcsCommand.js': 300, 'common/a.ts': 20 };
  t.strictSame(findings(inputs, ['node:fs', 'http', 'node:sqlite']), []);
});

for (const [what, input] of [
  ['the models of the Kubernetes client', 'node_modules/@kubernetes/client-node/dist/gen/models/ObjectSerializer.js'],
  ['a whole EC2 client', 'node_modules/@aws-sdk/client-ec2/dist-es/EC2.js'],
  ['a whole Route 53 client', 'node_modules/@aws-sdk/client-route-53/dist-es/Route53.js'],
  ['a whole DynamoDB client', 'node_modules/@aws-sdk/client-dynamodb/dist-es/DynamoDB.js'],
  ['a CommonJS build of the SDK', 'node_modules/@smithy/core/dist-cjs/index.js'],
  ['test code', 'test/fakes/clock.ts'],
] as const) {
  t.test(`refuses ${what}, and names the file`, async (t) => {
    t.match(findings({ [input]: 1 }), [new RegExp(`^${input} is in the bundle: `)]);
  });
}

t.test('passes a file of which nothing is left in the output', async (t) => {
  t.strictSame(findings({ 'node_modules/@aws-sdk/client-ec2/dist-es/EC2.js': 0 }), []);
});

t.test('refuses an import that the executable could not find', async (t) => {
  t.match(findings({}, ['fast-xml-parser', './local.js']), [/imports fast-xml-parser/, /imports \.\/local\.js/]);
});

t.test('refuses a bundle and a file that have grown out of their limits, both at once', async (t) => {
  t.match(findings({ 'common/big.ts': 501 }, [], 10_001), [/10001 bytes/, /common\/big\.ts adds 501 bytes/]);
});
