import { build } from 'esbuild';
import t from 'tap';
import { literalSchemaKeys, withLiteralKeys } from '../../../scripts/build/literal-schema-keys.ts';

t.test('puts the string in place of a key that names it', async (t) => {
  const source = 'const _a = "Address";\nexport var X$ = { [_a]: 1, b: [_a] };';
  t.equal(withLiteralKeys(source), 'const _a = "Address";\nexport var X$ = { "Address": 1, b: [_a] };');
});

t.test('puts the value in place of flags that are joined', async (t) => {
  t.equal(withLiteralKeys('[64 | 0, 64 | 5, a | 1]'), '[64, 69, a | 1]');
});

t.test('keeps a key whose constant it does not know', async (t) => {
  const source = 'const _a = compute();\nconst x = { [_a]: 1, [_b]: 2, [a.b]: 3 };';
  t.equal(withLiteralKeys(source), source);
});

t.test(
  'lets the bundler drop the operations of an SDK client that are not used, and most of its schemas',
  async (t) => {
    const bundled = async (plugins: (typeof literalSchemaKeys)[]): Promise<number> => {
      const { outputFiles } = await build({
        stdin: {
          contents: "import { DescribeVpcsCommand } from '@aws-sdk/client-ec2'; console.log(DescribeVpcsCommand)",
          resolveDir: import.meta.dirname,
        },
        write: false,
        bundle: true,
        platform: 'node',
        format: 'cjs',
        mainFields: ['module', 'main'],
        plugins,
      });
      return outputFiles[0]?.text.match(/Describe\w+Request/g)?.length ?? 0;
    };
    const without = await bundled([]);
    const withPlugin = await bundled([literalSchemaKeys]);
    t.ok(without > 200, `${without} names of requests without it`);
    t.ok(withPlugin > 0 && withPlugin < 20, `${withPlugin} with it`);
  },
);
