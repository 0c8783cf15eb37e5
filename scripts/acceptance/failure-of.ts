import { asFirecampError, InterruptedError } from '../../common/domain/errors.ts';

/** Runs a part that may fail without ending the rest; the words of its failure. Rejects only with `InterruptedError`. */
export async function failureOf(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    return asFirecampError(error).message;
  }
}
