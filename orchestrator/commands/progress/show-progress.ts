import { redact, redactText } from '../../../common/runtime/redact.ts';
import type { Progress, ProgressEvent } from '../../operation.ts';
import type { CliIo } from '../cli-io.ts';
import type { OutputFormat } from '../input/common-options.ts';
import { LiveView } from './live-view.ts';

type ProgressIo = Pick<CliIo, 'stderr' | 'notices' | 'terminal' | 'size' | 'env'>;

/** Progress on stderr for as long as it is not disposed of: JSON lines, a terminal's redrawn view, or plain lines. */
export interface ShownProgress extends Disposable {
  readonly progress: Progress;
}

export function showProgress(io: ProgressIo, output: OutputFormat): ShownProgress {
  if (output === 'json') return { progress: (event) => io.stderr(jsonLine(event)), [Symbol.dispose]: () => {} };
  if (io.terminal.stderr && io.env['TERM'] !== 'dumb') {
    const view = new LiveView(io);
    const held = io.notices.through((text) => view.note(text));
    const end = () => {
      held[Symbol.dispose]();
      view[Symbol.dispose]();
    };
    return { progress: (event) => view.show(event), [Symbol.dispose]: end };
  }
  return { progress: (event) => io.stderr(redactText(plainLine(event))), [Symbol.dispose]: () => {} };
}

function jsonLine(event: ProgressEvent): string {
  const facts = redact({ ...event }) as Record<string, unknown>;
  return `${JSON.stringify({ time: new Date().toISOString(), level: 'info', ...facts })}\n`;
}

/** One event with its full title, for a log: `redis-1: create volumes: waiting: vol-0a is being made`. */
function plainLine({ step, member, state, detail }: ProgressEvent): string {
  return `${[member, step, state, detail].filter((word) => word !== undefined).join(': ')}\n`;
}
