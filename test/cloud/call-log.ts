import type { ServiceName } from './service.ts';

/** One request as the simulated cloud saw it. Fields appear as the call proceeds. */
export interface Call {
  /** 1 for the first call of this cloud */
  readonly id: number;
  readonly service: ServiceName;
  readonly operation: string;
  /** form fields and query parameters */
  readonly params: Readonly<Record<string, string>>;
  readonly body: string;
  /** whose IMDS was asked */
  readonly instanceId?: string;
  /** ARN of who signed it, once that is verified */
  principal?: string;
  /** actions that the policy was asked about beside the operation's own */
  implied?: string[];
  /** the clock's time at which the whole request had been read */
  readonly receivedAt: number;
  /** when the service took it up; absent for a call that was refused, cut or swallowed before */
  effectAt?: number;
  /** when its reply began to be sent, or its connection was cut */
  repliedAt?: number;
  status?: number;
  errorCode?: string;
  /** kinds of the faults that struck it */
  readonly faults: string[];
}

export type CallFilter = (call: Call) => boolean;

interface Entry {
  readonly call: Call;
  readonly began: number;
  ended: number;
}

/** Every call, in the order of arrival. */
export class CallLog {
  #entries: Entry[] = [];
  #ids = 0;
  // Arrivals and ends are counted rather than timed, so that the order is exact under a clock that stands still.
  #sequence = 0;

  begin(parts: Omit<Call, 'id' | 'faults'>): Call {
    this.#ids += 1;
    const call: Call = { ...parts, id: this.#ids, faults: [] };
    this.#entries.push({ call, began: this.#next(), ended: Number.POSITIVE_INFINITY });
    return call;
  }

  end(call: Call, at: number): void {
    const entry = this.#entries.find((item) => item.call === call);
    if (!entry || entry.ended !== Number.POSITIVE_INFINITY) return;
    call.repliedAt = at;
    entry.ended = this.#next();
  }

  all(filter: CallFilter = () => true): Call[] {
    return this.#entries.map((entry) => entry.call).filter(filter);
  }

  /** Calls of one operation, oldest first. */
  of(service: ServiceName, operation: string): Call[] {
    return this.all((call) => call.service === service && call.operation === operation);
  }

  clear(): void {
    this.#entries = [];
  }

  /**
   * The longest row of calls of which each arrived after the one before had been answered: the number of round trips that
   * followed one another. Two calls that only happened to miss each other count as a row, so give the services a latency
   * well above the caller's own time. A call without an end can only be the last.
   */
  longestChain(filter: CallFilter = () => true): Call[] {
    return longestRow(this.#entries.filter((entry) => filter(entry.call))).map((entry) => entry.call);
  }

  #next(): number {
    this.#sequence += 1;
    return this.#sequence;
  }
}

/** The longest row of things of which each began after the one before had ended. */
function longestRow<T extends { readonly began: number; readonly ended: number }>(all: readonly T[]): T[] {
  // The one that ends first leaves most room for the rest, so taking it each time gives the longest row.
  const row: T[] = [];
  let free = 0;
  for (const one of all.toSorted((a, b) => a.ended - b.ended)) {
    if (one.began < free) continue;
    row.push(one);
    free = one.ended;
  }
  return row;
}
