import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, throwIfAborted } from './file-error.ts';
import { giveTo } from './file-owner.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A regular file as it was read through one open descriptor. */
export interface ReadFile {
  readonly content: Buffer;
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
}

/** Why a file that is there was not read. */
export class UnusableFileError extends Error {
  override readonly name = 'UnusableFileError';
}

/**
 * A folder held open, so that every access afterwards goes to this folder, whatever is renamed or linked in its place meanwhile.
 * The main container can write the folder and the one it lies in; the parts of the path above that must not be its to change.
 *
 * Node has no openat(2); `/proc/self/fd/<n>/<name>` does the same (proc(5): magic links are followed to the open object itself).
 */
export class SafeDirectory implements AsyncDisposable {
  /** Path for messages. */
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Opens the folder; rejects with the system's error: ENOENT, ENOTDIR (also for a symbolic link), EACCES. */
  static async open(path: string): Promise<SafeDirectory> {
    return new SafeDirectory(path, await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
  }

  /**
   * Opens the folder, made first when it is missing (0755, and for the owner of the folder it lies in: the main container may run as any
   * user); FC-FIL-001 when it cannot.
   */
  static async openOrMake(path: string, signal: AbortSignal): Promise<SafeDirectory> {
    throwIfAborted(signal, path);
    try {
      const made = await mkdir(path, { mode: 0o755 }).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST' && error.code !== 'EROFS') throw error;
          return false;
        },
      );
      const folder = await SafeDirectory.open(path);
      if (made) await giveTo(await stat(dirname(path)), folder.#handle);
      return folder;
    } catch (error) {
      throw fileError('open the folder', path, error);
    }
  }

  /** The path by which the kernel finds `name` in this very folder. */
  entry(name: string): string {
    return `/proc/self/fd/${this.#handle.fd}/${name}`;
  }

  /** The path of `name` for messages. */
  display(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The folder itself as a path, to list it. */
  get self(): string {
    return `/proc/self/fd/${this.#handle.fd}`;
  }

  /**
   * Gives a file that we have made in here to the folder's owner; see `giveTo`. In a sticky folder it stays ours, and only its group changes:
   * there nobody renames, replaces or removes another's file without the capability FOWNER, not even as root (rename(2), unlink(2)).
   */
  async giveToOwner(file: FileHandle): Promise<void> {
    const { uid, gid, mode } = await this.#handle.stat();
    const isSticky = (mode & 0o1000) !== 0;
    await giveTo(isSticky ? { uid: (await file.stat()).uid, gid } : { uid, gid }, file);
  }

  /** Makes renames in the folder durable. */
  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  /**
   * Reads a regular file of at most `limit` bytes; undefined when there is none. Rejects with `UnusableFileError` for a symbolic link,
   * a pipe, a device, a folder or a larger file, and with the system's error otherwise.
   */
  async read(name: string, limit: number): Promise<ReadFile | undefined> {
    // Non-blocking, because opening a pipe that somebody planted would wait for its writer for ever.
    await using file = await open(this.entry(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        if (error.code === 'ELOOP') throw new UnusableFileError('it is a symbolic link');
        if (error.code === 'ENXIO') throw new UnusableFileError('it is not a regular file');
        throw error;
      },
    );
    if (file === null) return undefined;
    const stat = await file.stat();
    if (!stat.isFile()) throw new UnusableFileError('it is not a regular file');
    const content = await readAtMost(file, limit);
    if (content === undefined) throw new UnusableFileError(`it is larger than ${limit} bytes`);
    return { content, mode: stat.mode & 0o7777 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

// The size of stat is not enough: the file can grow while it is read.
async function readAtMost(file: FileHandle, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, null);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > limit) return undefined;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}
