import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { ensureBuilt, ensureCliBuilt } from '../build/ensure-built.ts';
import { runTool } from '../build/run-tool.ts';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { buildImages, type ImageName, type Origin } from './buildah.ts';
import { assembleContext } from './context.ts';

const root = resolve(import.meta.dirname, '..', '..');
const dockerfile = join(root, 'images', 'Dockerfile');
/** Asked once: a commit that somebody makes meanwhile is no difference between two builds. */
let known: Promise<Origin> | undefined;

/**
 * Builds the executables where they are not current, and the images out of them, in a scratch folder that is removed afterwards.
 * @param use is given the folder of each image.
 * @param names what to build, if not all.
 * @param arch what to build for, if not for this machine.
 */
export async function withImages<T>(
  use: (images: ReadonlyMap<ImageName, string>) => Promise<T>,
  names?: readonly ImageName[],
  arch: Architecture = ownArchitecture(),
): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'firecamp-images-'));
  try {
    const context = join(scratch, 'context');
    await fillContext(context, arch);
    known ??= origin();
    return await use(await buildImages(dockerfile, context, scratch, { ...(await known), arch }, names));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Fills `folder`, which must be empty or missing, with what images/Dockerfile copies. */
export async function fillContext(folder: string, arch: Architecture): Promise<void> {
  await mkdir(folder, { recursive: true });
  await assembleContext(folder, { arch, ...(await ensureBuilt({ arch })), cli: await ensureCliBuilt({ arch }) });
}

/** The commit that is checked out, as the labels tell it. A checkout without git says "unknown". */
async function origin(): Promise<Origin> {
  const git = (...args: string[]) => runTool('git', args, { cwd: root }).then((text) => text.trim());
  const source = process.env['IMAGE_SOURCE'] ?? '';
  try {
    const [revision, created] = [await git('rev-parse', 'HEAD'), await git('log', '-1', '--format=%cI')];
    return { version: manifest.version, revision, created, source };
  } catch {
    return { version: manifest.version, revision: 'unknown', created: '1970-01-01T00:00:00Z', source };
  }
}
