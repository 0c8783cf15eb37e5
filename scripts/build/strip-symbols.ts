import { readFile, writeFile } from 'node:fs/promises';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { crossStrip } from '../rig/cross-tools.ts';
import { RigUnavailableError } from '../rig/unavailable.ts';
import { runTool, ToolError } from './run-tool.ts';

/**
 * Takes the symbols out of an executable: they are a fifth of Node's size and of no use without its sources. A machine without a
 * `strip` for that processor, or with one that refuses the file, keeps them: the file is as it was.
 */
export async function stripSymbols(file: string, arch: Architecture): Promise<void> {
  const before = await readFile(file);
  try {
    await runTool(arch === ownArchitecture() ? 'strip' : await crossStrip(arch), ['--strip-all', file]);
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof RigUnavailableError)) throw error;
    await writeFile(file, before);
  }
}
