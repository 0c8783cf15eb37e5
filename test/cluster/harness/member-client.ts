import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Fabric } from '../../../scripts/rig/network/fabric.ts';
import { eventually } from '../../e2e/harness/standing.ts';

const program = fileURLToPath(new URL('./member-asker.ts', import.meta.url));

/** A question to a member; `who` is the process that answered. Milliseconds since 1970. */
export interface Question {
  readonly at: number;
  readonly ended: number;
  readonly who?: string;
}

/** A client in a namespace of the fabric that asks a Redis at one address all the time who it is; ended with the fabric. */
export class MemberClient {
  readonly questions: Question[] = [];

  /** Starts it; `where` is a node, which is a client on the host network there, or a client of the fabric. */
  static start(fabric: Fabric, where: string, ip: string, port = 6379): MemberClient {
    const child = fabric.exec(where, [process.execPath, program, ip, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout === null) throw new Error('The client has no output.');
    const client = new MemberClient();
    createInterface({ input: child.stdout }).on('line', (line) => client.questions.push(JSON.parse(line) as Question));
    return client;
  }

  /** Who answers the next question that is answered at all. */
  async talksWith(withinMs = 60_000): Promise<string> {
    return await this.#next('anybody answers', (who) => who !== undefined, withinMs);
  }

  /** Resolves at the next answer of somebody else; who that is. */
  async talksWithAnotherThan(who: string, withinMs = 120_000): Promise<string> {
    return await this.#next('another process answers', (one) => one !== undefined && one !== who, withinMs);
  }

  /** Everybody who answered a question of this time, each time that changed. */
  answerers(from: number, to = Number.POSITIVE_INFINITY): string[] {
    const all = this.#answered(from, to).map(({ who }) => who);
    return all.filter((who, index) => who !== all[index - 1]);
  }

  /** How many of the questions of this time were not answered. */
  unanswered(from: number, to = Number.POSITIVE_INFINITY): number {
    return this.questions.filter(({ at, ended, who }) => at >= from && ended <= to && who === undefined).length;
  }

  /** When the last answer of this process came. */
  lastAnswerOf(who: string): number {
    return this.questions.findLast((one) => one.who === who)?.ended ?? Number.NaN;
  }

  /** The longest time without an answer from `from` on, in milliseconds. */
  longestPause(from: number): number {
    const ends = [from, ...this.#answered(from, Number.POSITIVE_INFINITY).map(({ ended }) => ended)];
    return Math.max(0, ...ends.slice(1).map((end, index) => end - (ends[index] ?? end)));
  }

  #answered(from: number, to: number): { readonly ended: number; readonly who: string }[] {
    return this.questions.flatMap(({ at, ended, who }) =>
      who === undefined || at < from || ended > to ? [] : [{ ended, who }],
    );
  }

  async #next(what: string, is: (who: string | undefined) => boolean, withinMs: number): Promise<string> {
    const from = this.questions.length;
    return await eventually(what, () => this.questions.slice(from).find(({ who }) => is(who))?.who, withinMs);
  }
}
