import type { ProgressEvent } from '../../operation.ts';
import type { CliIo } from '../cli-io.ts';
import { overall, type StepState, stepLine, withEvent } from './step-state.ts';

const control = '\u001B[';
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;

/** Shows steps on a terminal, a line each, redrawn in place; what was shown last stays. */
export class LiveView implements Disposable {
  readonly #io: Pick<CliIo, 'stderr' | 'size' | 'env'>;
  readonly #timer: NodeJS.Timeout;
  #steps: readonly StepState[] = [];
  #drawn = 0;
  #frame = 0;

  constructor(io: Pick<CliIo, 'stderr' | 'size' | 'env'>) {
    this.#io = io;
    this.#timer = setInterval(() => this.#draw(true), frameMs);
    // Something to look at is no reason to stay.
    this.#timer.unref();
  }

  show(event: ProgressEvent): void {
    this.#steps = withEvent(this.#steps, event);
    this.#draw(true);
  }

  /** Whole lines that stay above the steps. */
  note(text: string): void {
    this.#io.stderr(`${this.#back()}${text}`);
    this.#drawn = 0;
    this.#draw(true);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#draw(false);
  }

  #draw(spinning: boolean): void {
    if (this.#steps.length === 0) return;
    const { columns, rows } = this.#io.size();
    this.#frame = (this.#frame + 1) % frames.length;
    // More lines than the terminal has could not be taken back.
    const shown = this.#steps.slice(-Math.max(1, rows - 2));
    const lines = shown.map((step) => this.#line(step, columns - 1, spinning));
    const back = this.#back();
    this.#drawn = lines.length;
    this.#io.stderr(`${back}${lines.map((line) => `${line}\n`).join('')}`);
  }

  /** Takes away what was drawn last. */
  #back(): string {
    return this.#drawn > 0 ? `${control}${this.#drawn}A\r${control}J` : '';
  }

  #line(step: StepState, columns: number, spinning: boolean): string {
    const state = overall(step);
    const text = stepLine(step).slice(0, columns - 2);
    if (state === 'done') return `${this.#coloured('✔', 32)} ${text}`;
    if (state === 'failed') return `${this.#coloured('✖', 31)} ${text}`;
    return `${spinning ? frames[this.#frame] : '-'} ${text}`;
  }

  #coloured(mark: string, colour: number): string {
    return this.#io.env['NO_COLOR'] ? mark : `${control}${colour}m${mark}${control}0m`;
  }
}
