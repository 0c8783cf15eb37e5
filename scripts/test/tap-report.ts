const fileLine = /^(not )?ok \d+ - (\S+)(.*)$/;

/** Turns the TAP of a run into what a person reads: a line a file, and the whole TAP of the tests that failed. */
export class TapReport {
  readonly #print: (line: string) => void;
  #subtest: string[] = [];

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** One line of TAP, in order. */
  take(line: string): void {
    const file = fileLine.exec(line);
    if (file === null) {
      this.#subtest.push(line);
      return;
    }
    const [, failed, name = '', rest = ''] = file;
    this.#print(`${failed ? 'FAILED' : '    ok'}  ${name}${seconds(rest)}`);
    if (failed) for (const said of this.#failures()) this.#print(said);
    this.#subtest = [];
  }

  /** The failed tests with their diagnostics: everything but what went well. */
  #failures(): string[] {
    let inGoodTest = false;
    return this.#subtest.filter((line) => {
      if (/^ +ok \d+/.test(line)) inGoodTest = true;
      else if (/^ +not ok \d+|^ +# Subtest/.test(line)) inGoodTest = false;
      return !inGoodTest && line.trim() !== '';
    });
  }
}

function seconds(rest: string): string {
  const ms = /time=([\d.]+)ms/.exec(rest)?.[1];
  const leftOut = /# SKIP (.*)$/i.exec(rest)?.[1];
  return leftOut ? `  ${leftOut}` : ms === undefined ? '' : `  ${(Number(ms) / 1000).toFixed(1)} s`;
}
