import { runTool, ToolError } from './run-tool.ts';

/** No C compiler was found. The message says what was tried and what to install. */
export class NoCompilerError extends Error {
  readonly code = 'NO_C_COMPILER';

  constructor(tried: readonly string[]) {
    super(
      `no C compiler for the waiting process of the stop container (tried ${tried.join(', ')}): ` +
        'set CC to one, or install gcc and libc6-dev, clang, or zig (also as "ziglang" from PyPI)',
    );
  }
}

/**
 * Finds a C compiler: `$CC` (which may hold arguments, as make has it), else cc, gcc, clang, zig.
 * @returns the command and the arguments that come before all others.
 * @throws {NoCompilerError} when none of them runs. A `CC` that is set and does not run is not passed over.
 */
export async function findCompiler(cc: string | undefined): Promise<readonly [string, ...string[]]> {
  const [named, ...namedArgs] = (cc ?? '').split(/\s+/).filter((word) => word !== '');
  const candidates: readonly [string, ...string[]][] =
    named !== undefined
      ? [[named, ...namedArgs]]
      : [['cc'], ['gcc'], ['clang'], ['zig', 'cc'], ['python3', '-m', 'ziglang', 'cc']];
  for (const candidate of candidates) {
    if (await runs(candidate)) return candidate;
  }
  throw new NoCompilerError(candidates.map((candidate) => candidate.join(' ')));
}

async function runs([command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await runTool(command, [...args, '--version']);
    return true;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}
