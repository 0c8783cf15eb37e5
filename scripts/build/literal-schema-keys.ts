import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const schemaFile = /[/\\]dist-es[/\\](?:.*[/\\])?schemas[/\\]schemas_\d+\.js$/;
const constant = /^const (_\w+) = ("(?:[^"\\\n]|\\.)*");$/gm;
const computedKey = /\[(_\w+)\](?=:)/g;
const flags = /\b(\d+) \| (\d+)\b/g;

/**
 * Replaces each computed object key that names a string constant of the same file (`[_xN]:`) by the string itself,
 * and each `64 | 0` by its value. Both count as running code, so a bundler keeps the whole declaration around them; one of literals can
 * be dropped.
 */
export function withLiteralKeys(source: string): string {
  const constants = new Map<string, string>();
  for (const [, name, literal] of source.matchAll(constant)) {
    if (name !== undefined && literal !== undefined) constants.set(name, literal);
  }
  return source
    .replace(computedKey, (key, name: string) => constants.get(name) ?? key)
    .replace(flags, (_text, left: string, right: string) => String(Number(left) | Number(right)));
}

/**
 * Lets esbuild drop the operations that nobody calls from the AWS SDK's schema files. Without it client-ec2's alone is
 * a mebibyte of the bundle, and all of it runs at every start.
 */
export const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup(build) {
    build.onLoad({ filter: schemaFile }, async ({ path }) => ({
      loader: 'js',
      contents: withLiteralKeys(await readFile(path, 'utf8')),
    }));
  },
};
