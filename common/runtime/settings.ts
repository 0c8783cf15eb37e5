import { parseArgs } from 'node:util';
import { FirecampError } from '../domain/errors.ts';

/** One thing that a program can be told, by a variable, by a flag, or by both when they agree. */
export interface Setting<T> {
  readonly env?: string;
  /** Without dashes; `-name` and `--name` both work, as in FireCamp. */
  readonly flag?: string;
  readonly help: string;
  /** What is allowed, in words, for messages and help. */
  readonly allowed: string;
  /** undefined when the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** The value when nothing is given; a setting without one is required. */
  readonly otherwise?: T;
  /** A flag that takes no value and means `true`. */
  readonly bare?: boolean;
}

/** Settings by their name in the program. */
export type SettingTable = Readonly<Record<string, Setting<unknown>>>;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

export interface ResolvedSettings<T extends SettingTable> {
  readonly values: { readonly [K in keyof T]: ValueOf<T[K]> };
  /** Where each value came from: `flag -cluster`, `variable CLUSTER` or `default`. */
  readonly sources: { readonly [K in keyof T]: string };
}

/** The configuration cannot be used; `faults` has all of them, each naming the source, the value and what is allowed. */
export class InvalidConfigurationError extends FirecampError {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      'FC-CFG-001',
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults.join('; ')}.`,
      {
        fields: { faults },
      },
    );
    this.faults = faults;
  }
}

/**
 * Reads every setting from flags and variables and checks them all before it complains.
 *
 * @throws InvalidConfigurationError with every fault at once
 */
export function resolveSettings<T extends SettingTable>(
  table: T,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ResolvedSettings<T> {
  const faults: string[] = [];
  const flags = readFlags(table, argv, faults);
  const values: Record<string, unknown> = {};
  const sources: Record<string, string> = {};
  for (const [name, setting] of Object.entries(table)) {
    const given = givenTexts(setting, flags, env);
    const found = pickOne(setting, given, faults);
    values[name] = found.value;
    sources[name] = found.source;
  }
  if (faults.length > 0) throw new InvalidConfigurationError(faults);
  return Object.freeze({ values: Object.freeze(values), sources: Object.freeze(sources) }) as ResolvedSettings<T>;
}

interface GivenText {
  readonly source: string;
  readonly text: string;
}

function readFlags(table: SettingTable, argv: readonly string[], faults: string[]): Map<string, string> {
  const known = new Map(Object.values(table).flatMap((setting) => (setting.flag ? [[setting.flag, setting]] : [])));
  const options = Object.fromEntries(
    [...known].map(([flag, setting]) => [flag, { type: setting.bare ? ('boolean' as const) : ('string' as const) }]),
  );
  const doubled = argv.map((arg) => arg.replace(/^-(?=[a-z][a-z-]+(=|$))/, '--'));
  const { tokens } = parseArgs({ args: doubled, options, strict: false, tokens: true });
  const result = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`argument "${token.value}": none is expected`);
    if (token.kind !== 'option') continue;
    const setting = known.get(token.name);
    if (!setting) faults.push(`flag ${token.rawName}: unknown; see --help`);
    else if (!setting.bare && token.value === undefined)
      faults.push(`flag -${token.name}: needs a value (${setting.allowed})`);
    else if (result.has(token.name) && result.get(token.name) !== (token.value ?? 'true'))
      faults.push(`flag -${token.name}: given twice, with "${result.get(token.name)}" and "${token.value}"`);
    else result.set(token.name, token.value ?? 'true');
  }
  return result;
}

function givenTexts(
  setting: Setting<unknown>,
  flags: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): GivenText[] {
  const given: GivenText[] = [];
  const flag = setting.flag === undefined ? undefined : flags.get(setting.flag);
  if (flag !== undefined) given.push({ source: `flag -${setting.flag}`, text: flag });
  const variable = setting.env === undefined ? undefined : env[setting.env];
  if (variable !== undefined) given.push({ source: `variable ${setting.env}`, text: variable });
  return given;
}

function pickOne(
  setting: Setting<unknown>,
  given: readonly GivenText[],
  faults: string[],
): { value: unknown; source: string } {
  const [first, second] = given;
  if (first && second && first.text !== second.text)
    faults.push(`${first.source} is "${first.text}" but ${second.source} is "${second.text}": they must agree`);
  for (const { source, text } of given) {
    if (setting.parse(text) === undefined)
      faults.push(`${source} is ${text === '' ? 'empty' : `"${text}"`}: allowed is ${setting.allowed}`);
  }
  if (first) return { value: setting.parse(first.text), source: first.source };
  if (!('otherwise' in setting))
    faults.push(
      `${setting.env ? `variable ${setting.env}` : `flag -${setting.flag}`} is missing: needed is ${setting.allowed}`,
    );
  return { value: setting.otherwise, source: 'default' };
}
