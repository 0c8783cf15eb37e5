import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ensureBuilt } from './ensure-built.ts';

// npm run build [-- --check-reproducible]
const built = Object.values(await ensureBuilt());
for (const file of built) await report(file);
if (process.argv.includes('--check-reproducible')) await checkReproducible(built);

async function report(file: string): Promise<void> {
  process.stdout.write(`${await digest(file)}  ${file}  ${(await stat(file)).size} bytes\n`);
}

/** Builds once more from nothing, elsewhere: the digests must be those of the first build. */
async function checkReproducible(files: readonly string[]): Promise<void> {
  const out = await mkdtemp(join(tmpdir(), 'firecamp-build-'));
  try {
    await ensureBuilt({ out });
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
