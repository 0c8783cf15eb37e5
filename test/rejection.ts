/** What the promise rejects with, to be matched; undefined, which matches no pattern, when it does not reject. */
export function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
