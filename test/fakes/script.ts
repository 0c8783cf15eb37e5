import { InterruptedError } from '../../common/domain/errors.ts';
import type { ManualClock } from './manual-clock.ts';

/** What shall happen at a call of a port. */
export interface Step {
  /** Runs before the call has its effect: somebody else's act in between. */
  readonly first?: () => void | Promise<void>;
  /** What the call rejects with. */
  readonly fails?: Error;
  /** Whether a failing call has its effect all the same: at once (a lost answer) or so many milliseconds later. Default: never. */
  readonly effect?: 'done' | { readonly afterMs: number };
  /** How long the call takes before it is sent. */
  readonly takesMs?: number;
  /** How long the request is under way before it has its effect; nothing can take it back then. */
  readonly wireMs?: number;
}

/** The calls of a world's ports as they came, and what shall happen at the next ones. */
export class Script {
  /** Every call that was sent, in order: `ec2.assign eni-a`. */
  readonly trace: string[] = [];
  readonly #clock: ManualClock;
  readonly #steps = new Map<string, Step[]>();

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** The next calls of this name (without what follows the space) go like this, one step each. */
  next(name: string, ...steps: Step[]): void {
    this.#steps.set(name, [...(this.#steps.get(name) ?? []), ...steps]);
  }

  /** How often a call of this name, or with this beginning, was made. */
  count(name: string): number {
    return this.trace.filter((call) => call === name || call.startsWith(`${name} `)).length;
  }

  /** The calls of these names, in order. */
  only(...names: string[]): string[] {
    return this.trace.filter((call) => names.includes(call.split(' ')[0] ?? ''));
  }

  /** One call of a port: never answered at once, so that callers interleave, and never to a caller that has given up. */
  async call<T>(
    name: string,
    detail: string,
    signal: AbortSignal,
    effect: () => T | Promise<T>,
    beforeEffect: () => void = () => undefined,
  ): Promise<T> {
    const step = this.#steps.get(name)?.shift() ?? {};
    if (step.takesMs !== undefined) await this.#clock.sleep(step.takesMs, { signal });
    await Promise.resolve();
    if (signal.aborted) throw new InterruptedError(name, signal.reason);
    await step.first?.();
    beforeEffect();
    this.trace.push(detail === '' ? name : `${name} ${detail}`);
    if (step.wireMs !== undefined) await this.#clock.sleep(step.wireMs, { signal: new AbortController().signal });
    if (step.fails === undefined) return effect();
    if (step.effect === 'done') await effect();
    else if (step.effect !== undefined) this.#clock.after(step.effect.afterMs, effect);
    throw step.fails;
  }
}
