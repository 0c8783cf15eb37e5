import { FirecampError } from '../../common/domain/errors.ts';

/** Way to a field from the root of a file: keys, and indexes into lists. */
export type FieldPath = readonly (string | number)[];

/** Something wrong with a field, before its place in the file is known. */
export interface FieldFault {
  readonly path: FieldPath;
  /** Whether the field's name is what is wrong, not its value. */
  readonly atKey: boolean;
  /** What is wrong and what is allowed, as the end of a sentence that begins with the field's name. */
  readonly message: string;
  /** Where in the field's text it is. */
  readonly inText?: { readonly line: number; readonly column: number };
}

/** Something wrong with a service file. */
export interface FileFault {
  /** Line of the file, from 1; undefined where the value came from a flag. */
  readonly line: number | undefined;
  /** Column of the line, from 1. */
  readonly column: number | undefined;
  /** The field, as `ports[0].name`; empty for the file as a whole. */
  readonly field: string;
  readonly message: string;
}

/** A service file cannot be used. `faults` has everything that is wrong with it, in the file's order; the message lists them, one a line. */
export class ServiceFileError extends FirecampError {
  readonly file: string;
  readonly faults: readonly FileFault[];

  constructor(file: string, faults: readonly FileFault[]) {
    const lines = faults.map((fault) => `  ${faultLine(file, fault)}`);
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super('FC-CFG-002', `The service file ${file} has ${count}:\n${lines.join('\n')}`, {
      fields: { file, faults: faults.map((fault) => faultLine(file, fault)) },
    });
    this.file = file;
    this.faults = faults;
  }
}

/** The path as people write it: `ports[0].name`. */
export function fieldName(path: FieldPath): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? part : `${name}.${part}`;
  }, '');
}

function faultLine(file: string, { line, column, field, message }: FileFault): string {
  const where = line === undefined ? file : `${file}:${line}:${column}`;
  return field === '' ? `${where}: ${message}` : `${where}: ${field}: ${message}`;
}
