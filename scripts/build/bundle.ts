import { build } from 'esbuild';
import { type BundleLimits, checkBundle } from './check-bundle.ts';
import { literalSchemaKeys } from './literal-schema-keys.ts';
import { noDefaultCredentials } from './no-default-credentials.ts';

/** A program and everything it imports, in one CommonJS text. */
export interface Bundle {
  readonly text: string;
  /** Every file that was read for it, relative to the root. */
  readonly inputs: readonly string[];
  /** Those of which something is in the text. */
  readonly parts: readonly string[];
}

/**
 * Bundles `entry` for the Node that is shipped, and checks what came in.
 * @throws {BundleCheckError} when the bundle holds what it should not; esbuild's own errors otherwise.
 */
export async function bundle(root: string, entry: string, limits?: BundleLimits): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'firecamp.cjs',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The SDK's ES modules can be tree-shaken; esbuild prefers "main" for this platform, which is CommonJS.
    mainFields: ['module', 'main'],
    // V8 refuses a real import() in a script that comes from a code cache.
    supported: { 'dynamic-import': false },
    plugins: [literalSchemaKeys, noDefaultCredentials],
    legalComments: 'none',
    // The code cache is built for a one-byte string: nothing outside ASCII may be in the text.
    charset: 'ascii',
    logLevel: 'warning',
  });
  checkBundle(metafile, limits);
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild made no output of ${entry}`);
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { text: output.text, inputs: Object.keys(metafile.inputs), parts };
}
