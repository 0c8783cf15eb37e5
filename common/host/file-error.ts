import { FirecampError, InterruptedError } from '../domain/errors.ts';

/** Name of the errno of a failed system call, e.g. `ENOSPC`; undefined for other errors. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

const explanations: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'quota exceeded',
  EISDIR: 'a folder has that name',
  ELOOP: 'a symbolic link is there',
  ENOENT: 'no such file or folder',
  ENOSPC: 'no space left',
  ENOTDIR: 'not a folder, or a symbolic link',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};

/** What went wrong with a file, in words with the errno's name. */
export function describeFileError(error: unknown): string {
  const errno = errnoOf(error);
  if (errno === undefined) return error instanceof Error ? error.message : String(error);
  const words = explanations[errno];
  return words === undefined ? errno : `${errno} (${words})`;
}

/** The error as ours: FC-FIL-001 with path and errno; our own errors stay as they are. */
export function fileError(doing: string, path: string, error: unknown): FirecampError {
  if (error instanceof FirecampError) return error;
  return new FirecampError('FC-FIL-001', `Could not ${doing} ${path}: ${describeFileError(error)}.`, {
    fields: { path, errno: errnoOf(error) },
    cause: error,
  });
}

/** Rejects a call whose signal has aborted, between two system calls. */
export function throwIfAborted(signal: AbortSignal, path: string): void {
  if (signal.aborted) throw new InterruptedError(`working on ${path}`, signal.reason);
}
