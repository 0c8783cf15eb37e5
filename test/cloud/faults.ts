import type { Call } from './call-log.ts';
import type { ServiceName } from './service.ts';

/** Which calls a rule strikes. */
export interface FaultMatch {
  /** left out: every service */
  readonly service?: ServiceName;
  /** left out: every operation */
  readonly operation?: string | RegExp;
  /** asked with the call's parameters */
  readonly where?: (params: Readonly<Record<string, string>>, call: Call) => boolean;
  /** strike at most so many calls; left out: all */
  readonly times?: number;
  /** let the first so many matching calls pass */
  readonly skip?: number;
}

/** What happens to a call that a rule strikes. */
export type Fault =
  /** refused as too frequent, in the service's own words; no effect */
  | { readonly kind: 'throttle' }
  /** refused by a broken server; no effect */
  | { readonly kind: 'server-error'; readonly status?: number; readonly code?: string }
  /** refused with this error; no effect */
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  /** connection cut before the effect */
  | { readonly kind: 'cut' }
  /** neither effect nor reply; the connection stays open */
  | { readonly kind: 'swallow' }
  /** takes effect, no reply; the connection stays open */
  | { readonly kind: 'no-reply' }
  /** takes effect, then the connection is cut instead of a reply */
  | { readonly kind: 'lose-reply' }
  /** takes effect so long after the caller has closed its connection */
  | { readonly kind: 'late-effect'; readonly afterGiveUpMs: number }
  | { readonly kind: 'delay'; readonly beforeEffectMs?: number; readonly afterEffectMs?: number }
  /** stopped before its effect, or between effect and reply, until the rule is released */
  | { readonly kind: 'hold'; readonly at: 'arrival' | 'reply' }
  /** takes effect; the reply trickles; default a byte a second */
  | { readonly kind: 'slow-body'; readonly bytesPerSecond?: number }
  /** takes effect; status 200 with a body that is no answer, ends early, or is followed by 64 MiB of blanks */
  | { readonly kind: 'garbage' | 'truncated' | 'huge' };

/** A rule in force. */
export interface FaultRule {
  readonly fault: Fault;
  /** how many calls it has struck */
  readonly hits: number;
  /** the first call struck; for a hold: it now stands still */
  readonly reached: Promise<Call>;
  /** a hold: lets go of the calls held, and of later ones at once */
  release(): void;
  /** a hold: the calls held, and later ones, vanish with no further effect and no reply */
  drop(): void;
  /** strikes no further calls; what is held stays held until released */
  remove(): void;
}

class Rule implements FaultRule {
  readonly match: FaultMatch;
  readonly fault: Fault;
  readonly reached: Promise<Call>;
  /** resolves when a hold is over, with what becomes of its calls */
  readonly over: Promise<'go-on' | 'drop'>;
  hits = 0;
  seen = 0;
  removed = false;
  readonly #reach: (call: Call) => void;
  readonly #end: (outcome: 'go-on' | 'drop') => void;

  constructor(match: FaultMatch, fault: Fault) {
    this.match = match;
    this.fault = fault;
    const reached = Promise.withResolvers<Call>();
    const over = Promise.withResolvers<'go-on' | 'drop'>();
    this.reached = reached.promise;
    this.over = over.promise;
    this.#reach = reached.resolve;
    this.#end = over.resolve;
  }

  strikes(call: Call): boolean {
    const { service, operation, where, times = Number.POSITIVE_INFINITY, skip = 0 } = this.match;
    if (this.removed || this.hits >= times) return false;
    if (service !== undefined && service !== call.service) return false;
    if (typeof operation === 'string' && operation !== call.operation) return false;
    if (operation instanceof RegExp && !operation.test(call.operation)) return false;
    if (where && !where(call.params, call)) return false;
    this.seen += 1;
    if (this.seen <= skip) return false;
    this.hits += 1;
    return true;
  }

  stand(call: Call): void {
    this.#reach(call);
  }

  release(): void {
    this.#end('go-on');
  }

  drop(): void {
    this.#end('drop');
  }

  remove(): void {
    this.removed = true;
  }
}

/** One rule's grip on one call. */
export interface Strike {
  readonly fault: Fault;
  /** tells the rule that the call has come to where it strikes */
  stand(call: Call): void;
  readonly over: Promise<'go-on' | 'drop'>;
}

/** The faults of a simulated cloud. Every rule that matches a call strikes it, in the order they were added. */
export class FaultRules {
  readonly #rules = new Set<Rule>();

  add(match: FaultMatch, fault: Fault): FaultRule {
    const rule = new Rule(match, fault);
    this.#rules.add(rule);
    return rule;
  }

  /** Stops matching calls at their arrival (before any effect) or before their reply. */
  hold(match: FaultMatch, at: 'arrival' | 'reply' = 'arrival'): FaultRule {
    return this.add(match, { kind: 'hold', at });
  }

  /** Takes all rules away and drops what they hold. */
  clear(): void {
    for (const rule of this.#rules) {
      rule.remove();
      rule.drop();
    }
    this.#rules.clear();
  }

  /** For the front: the rules that strike this call; counts it. */
  strike(call: Call): Strike[] {
    const struck = [...this.#rules].filter((rule) => rule.strikes(call));
    for (const rule of struck) {
      call.faults.push(rule.fault.kind);
      if (rule.fault.kind !== 'hold') rule.stand(call);
    }
    return struck;
  }
}
