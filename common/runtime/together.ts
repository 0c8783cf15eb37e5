/**
 * Runs independent calls side by side. When one fails, the others are cancelled and waited for before the failure comes out, so that nothing
 * goes on behind the caller's back.
 */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal,
  calls: { readonly [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const joined = AbortSignal.any([signal, failed.signal]);
  let first: { readonly error: unknown } | undefined;
  const running = calls.map(async (call) => {
    try {
      return await call(joined);
    } catch (error) {
      first ??= { error };
      failed.abort(error);
      return undefined;
    }
  });
  const results = await Promise.all(running);
  if (first) throw first.error;
  return results as unknown[] as readonly unknown[] as T;
}
