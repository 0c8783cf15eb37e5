import { createInterface } from 'node:readline';
import { FirecampError, InterruptedError } from '../../common/domain/errors.ts';
import type { Change } from '../operation.ts';
import type { Cli } from './cli.ts';
import { changesTable } from './output/changes.ts';

type Asking = Pick<Cli, 'say' | 'stderr' | 'stdin' | 'terminal' | 'signal'>;

/**
 * Shows what is about to go and asks. Returns when it may be done.
 *
 * @param what - in words, for the question: `Delete service redis`
 * @param changes - of a dry run; what is kept is shown as well
 * @throws FirecampError FC-CLI-001 when the answer is no, and where nobody can be asked
 */
export async function confirm(io: Asking, what: string, changes: readonly Change[], yes: boolean): Promise<void> {
  if (yes || changes.every(({ action }) => action === 'keep')) return;
  io.say(`${what}:\n${changesTable(changes).trimEnd()}`);
  if (!io.terminal.stdin) {
    const message = `${what} was not done: stdin is no terminal, so nobody can be asked. Nothing was changed.`;
    throw new FirecampError('FC-CLI-001', message);
  }
  const answer = await ask(io, `${what}? Type yes to go on: `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new FirecampError('FC-CLI-001', `${what} was not done: the answer was not yes. Nothing was changed.`);
}

/** One line from the terminal; nothing where it was closed. */
async function ask({ stderr, stdin, signal }: Asking, question: string): Promise<string> {
  stderr(question);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // No editing by readline: the terminal stays in its own mode, where Ctrl-C is the signal that the whole program heeds.
  const lines = createInterface({ input: stdin, terminal: false });
  const interrupted = () => reject(new InterruptedError('waiting for an answer', signal.reason));
  signal.addEventListener('abort', interrupted, { once: true });
  lines.once('line', resolve).once('close', () => resolve(''));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', interrupted);
    lines.close();
    stdin.destroy();
  }
}
