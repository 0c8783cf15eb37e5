import { isBuiltin } from 'node:module';
import type { Metafile } from 'esbuild';

/** What a bundle may weigh, in bytes of output, before somebody has to look at what came in. */
export interface BundleLimits {
  /** All of it. */
  readonly total: number;
  /** One file of it: an SDK schema file that is not tree-shaken any more shows here first. */
  readonly file: number;
}

/** The bundle of a member's programs was 1.0 MB when this was set, its largest file 65 kB. */
const bundleLimits: BundleLimits = { total: 1_700_000, file: 150_000 };

/** That of the command line, which has commands of EC2 and Route 53 that members never send, was 1.8 MB with half of its verbs. */
export const cliBundleLimits: BundleLimits = { total: 2_600_000, file: 150_000 };

const unwanted: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /\/@kubernetes\/client-node\//, why: 'its ObjectSerializer brings in every model of the API (900 kB)' },
  {
    pattern: /\/client-[\w-]+\/dist-es\/(?:EC2|Route53|DynamoDB|STS)\.js$/,
    why: 'the aggregated client names every command: import the client and the commands that are used',
  },
  { pattern: /\/@(?:aws-sdk|smithy)\/.*\/dist-cjs\//, why: 'a CommonJS build cannot be tree-shaken' },
  { pattern: /^test\//, why: 'test code does not belong in what is shipped' },
];

/** A bundle holds what it should not, or more than it should. The message lists every finding, one a line. */
export class BundleCheckError extends Error {
  readonly code = 'BUNDLE_CHECK';
  readonly findings: readonly string[];

  constructor(findings: readonly string[]) {
    super(`the bundle is not fit to ship:\n${findings.map((finding) => `  ${finding}`).join('\n')}`);
    this.findings = findings;
  }
}

/**
 * Looks at what a bundle is made of.
 * @throws {BundleCheckError} for a file that must not be in it, an import that only a checkout could answer, or more
 * bytes than the limits.
 */
export function checkBundle(metafile: Metafile, limits: BundleLimits = bundleLimits): void {
  const findings: string[] = [];
  for (const [name, output] of Object.entries(metafile.outputs)) {
    if (output.bytes > limits.total) findings.push(`${name} has ${output.bytes} bytes, more than ${limits.total}`);
    for (const { path } of output.imports) {
      if (!isBuiltin(path)) findings.push(`${name} still imports ${path}, which the executable has no way to find`);
    }
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      if (bytesInOutput === 0) continue;
      if (bytesInOutput > limits.file) findings.push(`${input} adds ${bytesInOutput} bytes, more than ${limits.file}`);
      const match = unwanted.find(({ pattern }) => pattern.test(input));
      if (match !== undefined) findings.push(`${input} is in the bundle: ${match.why}`);
    }
  }
  if (findings.length > 0) throw new BundleCheckError(findings);
}
