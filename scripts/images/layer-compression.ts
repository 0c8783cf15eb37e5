import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import { makeOnce, rigCache } from '../rig/cache.ts';

/** A layer as it is stored. */
export interface CompressedLayer {
  /** Compressed with zstd at its level 19: a quarter smaller than gzip. */
  readonly content: Buffer;
  /** Bytes that gzip would take, for comparison. */
  readonly gzip: number;
}

/**
 * Compresses a layer. That is a minute of work for one with an executable, so what came of it is kept.
 * @param digest of the layer's content, in hexadecimal digits.
 */
export async function compressLayer(file: string, digest: string): Promise<CompressedLayer> {
  const kept = await makeOnce(join(rigCache(), 'layers', `${digest}-1`), async (scratch) => {
    const [small, gzipped] = await compress(await readFile(file));
    await writeFile(join(scratch, 'zstd'), small);
    await writeFile(join(scratch, 'gzip-size'), String(gzipped.length));
    await mkdir(join(scratch, 'kept'));
    for (const name of ['zstd', 'gzip-size']) await rename(join(scratch, name), join(scratch, 'kept', name));
    return join(scratch, 'kept');
  });
  const gzipSize = Number(await readFile(join(kept, 'gzip-size'), 'utf8'));
  return { content: await readFile(join(kept, 'zstd')), gzip: gzipSize };
}

function compress(content: Buffer): Promise<[Buffer, Buffer]> {
  const { ZSTD_c_compressionLevel: level, ZSTD_c_checksumFlag: checksum } = constants;
  return Promise.all([
    promisify(zstdCompress)(content, { params: { [level]: 19, [checksum]: 1 } }),
    promisify(gzip)(content, { level: 6 }),
  ]);
}

/** As descriptors have it. */
export function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The name of a blob's file. */
export function hexOf(digest: string): string {
  return digest.replace('sha256:', '');
}
