import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type Architecture, ownArchitecture } from '../rig/architecture.ts';
import { readArchitectures } from './architectures-option.ts';
import { type BuildOptions, ensureBuilt, ensureCliBuilt } from './ensure-built.ts';

// npm run build [-- [--arch x64,arm64] [--check-reproducible]]
const { values } = parseArgs({ options: { arch: { type: 'string' }, 'check-reproducible': { type: 'boolean' } } });
for (const arch of readArchitectures(values.arch ?? ownArchitecture())) {
  const built = await ensureAll({ arch });
  for (const file of built) await report(file);
  if (values['check-reproducible']) await checkReproducible(built, arch);
}

async function ensureAll(options: BuildOptions): Promise<string[]> {
  const containers = Object.values(await ensureBuilt(options));
  return [...containers, await ensureCliBuilt(options)];
}

async function report(file: string): Promise<void> {
  process.stdout.write(`${await digest(file)}  ${file}  ${(await stat(file)).size} bytes\n`);
}

/** Builds once more from nothing, elsewhere: the digests must be those of the first build. */
async function checkReproducible(files: readonly string[], arch: Architecture): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'firecamp-build-'));
  try {
    await ensureAll({ arch, out });
    for (const file of files) {
      const same = (await digest(file)) === (await digest(join(out, basename(file))));
      process.stdout.write(`${basename(file)}: ${same ? 'reproduced' : 'a second build differs'}\n`);
      if (!same) process.exitCode = 1;
    }
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
