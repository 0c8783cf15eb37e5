import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Fabric } from '../../../scripts/rig/network/fabric.ts';

const program = fileURLToPath(new URL('./redis-writer.ts', import.meta.url));

/** A write that was acknowledged, or the reason why one was not. */
export interface Write {
  readonly key?: string;
  readonly error?: string;
  /** When it was begun, and how long it took; milliseconds. */
  readonly at: number;
  readonly took: number;
}

/** What a client saw of a Redis Cluster. */
export interface RedisWriting {
  readonly acknowledged: number;
  readonly failed: number;
  /** The longest time between two acknowledged writes, in milliseconds. */
  readonly longestPause: number;
  /** Acknowledged, and not there at the end. */
  readonly lost: readonly string[];
}

/** A client in a namespace of the fabric that writes all the time; ended by `stop`, or with the fabric. */
export class RedisWriter {
  readonly writes: Write[] = [];
  readonly #child: ReturnType<Fabric['exec']>;
  readonly #exited: Promise<unknown>;
  #lost: readonly string[] | undefined;

  private constructor(child: ReturnType<Fabric['exec']>) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    if (child.stdout === null) throw new Error('The writer has no output.');
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
  }

  /** Starts it; `roots` are `host:port` of members to find the others by. */
  static start(fabric: Fabric, client: string, roots: readonly string[]): RedisWriter {
    const argv = [process.execPath, program, `w${Date.now()}-`, ...roots];
    return new RedisWriter(fabric.exec(client, argv, { stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  /** The longest time without an acknowledged write since `from`, in milliseconds. */
  longestPause(from = 0): number {
    const times = this.writes.filter(({ key, at }) => key !== undefined && at >= from).map(({ at, took }) => at + took);
    const ends = [...(from > 0 ? [from] : []), ...times];
    return Math.max(0, ...ends.slice(1).map((end, index) => end - (ends[index] ?? end)));
  }

  /** Ends the writing, and reads everything back that was acknowledged. */
  async stop(): Promise<RedisWriting> {
    this.#child.kill('SIGTERM');
    await this.#exited;
    if (this.#lost === undefined) throw new Error('The writer ended before it had read everything back.');
    const acknowledged = this.writes.filter(({ key }) => key !== undefined).length;
    const failed = this.writes.length - acknowledged;
    return { acknowledged, failed, longestPause: this.longestPause(), lost: this.#lost };
  }

  #take(line: Write | { readonly lost: readonly string[] }): void {
    if ('lost' in line) this.#lost = line.lost;
    else this.writes.push(line);
  }
}
