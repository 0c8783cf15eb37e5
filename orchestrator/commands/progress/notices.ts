/** Lines beside the progress, such as warnings. A view that is redrawn in place takes them, or it would draw over them. */
export class Notices {
  readonly #plain: (text: string) => void;
  #view: ((text: string) => void) | undefined;

  constructor(plain: (text: string) => void) {
    this.#plain = plain;
  }

  write(text: string): void {
    (this.#view ?? this.#plain)(text);
  }

  /** From now on `view` gets them, until that is disposed of. */
  through(view: (text: string) => void): Disposable {
    this.#view = view;
    return {
      [Symbol.dispose]: () => {
        this.#view = undefined;
      },
    };
  }
}
