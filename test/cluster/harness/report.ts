import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import type { Test } from 'tap';

const folder = resolve(import.meta.dirname, '..', '..', '..', 'dist', 'reports');

/** Phases of a scenario with their times, and other figures; printed as comments at the scenario's end, and kept as JSON in dist/reports. */
export class Report {
  readonly #title: string;
  readonly #rows: [what: string, value: string][] = [];

  constructor(t: Pick<Test, 'comment' | 'teardown'>, title: string) {
    this.#title = title;
    t.teardown(() => this.#print(t));
  }

  /** Times a phase; one that fails is told, too, with its time. */
  async phase<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const taken = () => `${((performance.now() - started) / 1_000).toFixed(2)} s`;
    try {
      const result = await work();
      this.figure(what, taken());
      return result;
    } catch (error) {
      this.figure(what, `FAILED after ${taken()}`);
      throw error;
    }
  }

  figure(what: string, value: string | number): void {
    this.#rows.push([what, String(value)]);
  }

  #print(t: Pick<Test, 'comment'>): void {
    const table = new Table({ style: { head: [], border: [], compact: true }, colWidths: [null, null] });
    table.push(...this.#rows);
    t.comment(`report: ${this.#title}\n${table.toString()}`);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${this.#title.replaceAll(/[^a-z0-9]+/gi, '-')}.json`);
    writeFileSync(file, `${JSON.stringify({ title: this.#title, rows: this.#rows }, null, 2)}\n`);
  }
}
