import { invalidValue, missing } from './ec2-error.ts';

/** The form fields of an EC2 query request (EC2 API reference, "Query requests"): lists are `Name.1`, `Name.2`, … */
export class QueryParams {
  readonly #fields: URLSearchParams;

  constructor(fields: URLSearchParams) {
    this.#fields = fields;
  }

  /** Every field as it came. */
  entries(): [name: string, value: string][] {
    return [...this.#fields];
  }

  text(name: string): string | undefined {
    return this.#fields.get(name) ?? undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw missing(name);
    return value;
  }

  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^(true|false)$/i.test(value)) throw invalidValue(`Invalid value '${value}' for ${name}: not a boolean`);
    return value.toLowerCase() === 'true';
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!/^-?\d+$/.test(value)) throw invalidValue(`Invalid value '${value}' for ${name}: not a number`);
    return Number(value);
  }

  /** `Name.1`, `Name.2`, … in the order of their numbers. */
  list(name: string): string[] {
    return this.#numbers(name).flatMap((n) => this.text(`${name}.${n}`) ?? []);
  }

  /** The fields below `Name.1.`, `Name.2.`, … each as parameters of their own. */
  structures(name: string): QueryParams[] {
    return this.#numbers(name).map((n) => {
      const prefix = `${name}.${n}.`;
      const inner = [...this.#fields].filter(([key]) => key.startsWith(prefix));
      return new QueryParams(
        new URLSearchParams(inner.map(([key, value]): [string, string] => [key.slice(prefix.length), value])),
      );
    });
  }

  /** Tags given as `Tag.N.Key` and `Tag.N.Value`. */
  tags(): Map<string, string> {
    return new Map(this.structures('Tag').map((tag) => [tag.required('Key'), tag.text('Value') ?? '']));
  }

  /** Tags that `TagSpecification.N` asks for on a new resource of this type. */
  tagsFor(resourceType: string): Map<string, string> {
    const wanted = this.structures('TagSpecification').filter((item) => item.text('ResourceType') === resourceType);
    return new Map(wanted.flatMap((item) => [...item.tags()]));
  }

  #numbers(name: string): number[] {
    const found = [...this.#fields.keys()].flatMap((key) => {
      const rest = key.startsWith(`${name}.`) ? /^\d+/.exec(key.slice(name.length + 1))?.[0] : undefined;
      return rest === undefined ? [] : [Number(rest)];
    });
    return [...new Set(found)].sort((a, b) => a - b);
  }
}
