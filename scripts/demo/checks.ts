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
