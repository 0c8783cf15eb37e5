import type { Terminal } from './terminal.ts';

/** What the demonstration says is true is looked at; here is what was found. */
export class Checks {
  readonly #failures: string[] = [];
  #count = 0;

  /** Notes whether something is as it should be. */
  expect(what: string, ok: boolean, found: unknown = ''): void {
    this.#count += 1;
    if (!ok) this.#failures.push(`${what}${found === '' ? '' : `: found ${JSON.stringify(found)}`}`);
  }

  get count(): number {
    return this.#count;
  }

  get failures(): readonly string[] {
    return this.#failures;
  }
}

/**
 * Says what is not true, or that all is.
 *
 * @param whole - false when only a part could be shown, which is no failure and is said.
 * @returns the exit code
 */
export function verdict({ print, style }: Pick<Terminal, 'print' | 'style'>, checks: Checks, whole: boolean): 0 | 1 {
  print();
  for (const failure of checks.failures) print(style.red(`Not true: ${failure}`));
  if (checks.failures.length > 0) return 1;
  print(style.green(`All ${checks.count} checks of what was shown hold${whole ? '' : '; the rest was not done'}.`));
  return 0;
}
