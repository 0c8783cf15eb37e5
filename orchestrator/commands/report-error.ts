import { asFirecampError, InterruptedError } from '../../common/domain/errors.ts';
import { redact, redactText } from '../../common/runtime/redact.ts';
import type { CliIo } from './cli-io.ts';

/** Told instead of the catalogue's remedy, which is for the containers. */
const goOn = 'What was done stays. Run the same command again: it goes on from what is there.';

/** Tells a person, or with `asJson` a program, what went wrong and what to do. Gives the exit code. */
export function reportError(io: Pick<CliIo, 'stderr'>, failure: unknown, asJson: boolean): number {
  const error = asFirecampError(failure);
  const { code, name, exitCode } = error;
  const interrupted = error instanceof InterruptedError;
  const remedy = interrupted ? goOn : error.remedy;
  if (asJson) {
    const facts = { level: 'error', code, name, msg: redactText(error.message), remedy, exitCode };
    io.stderr(`${JSON.stringify({ ...facts, fields: redact(error.fields) })}\n`);
    return exitCode;
  }
  // Whoever is to mend a fault of ours needs the stack.
  const stack = code === 'FC-INT-001' && error.cause instanceof Error ? `${error.cause.stack}\n` : '';
  io.stderr(redactText(`${interrupted ? '' : 'error: '}${error.message}\n${stack}${remedy} (${code})\n`));
  return exitCode;
}
