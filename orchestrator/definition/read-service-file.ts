import { completeDefinition } from './complete-definition.ts';
import { type FieldFault, type FileFault, fieldName, ServiceFileError } from './file-fault.ts';
import { judgeBySchema } from './schema-faults.ts';
import { semanticFaults } from './semantic-faults.ts';
import type { ServiceDefinition } from './service-definition.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

/** What a service file is read with. */
export interface ReadOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Tag of firecamp's images where the file names none. */
  readonly release: string;
  /** Values of flags, which stand before the file's. */
  readonly flags?: Readonly<Partial<Record<'cluster' | 'namespace', string>>>;
}

/**
 * Reads a service file.
 *
 * @param text YAML 1.2, one document
 * @returns the definition with every default filled in
 * @throws ServiceFileError (exit code 2) with every fault at once: of the text, of single fields, and between fields
 */
export function readServiceFile(text: string, options: ReadOptions): ServiceDefinition {
  const source = readYaml(text);
  const flags = options.flags ?? {};
  if (source.value === undefined) throw new ServiceFileError(options.file, source.faults);
  const value = withFlags(source.value, flags);
  const { file, faults } = judgeBySchema(value);
  const known = new Set(faults.map(({ path }) => fieldName(path)));
  // A value that the schema refuses is not judged a second time.
  const further = semanticFaults(value).filter(({ path }) => !known.has(fieldName(path)));
  const found = [...source.faults, ...[...faults, ...further].map((fault) => placed(source, fault, flags))];
  if (found.length > 0 || file === undefined) throw new ServiceFileError(options.file, found.sort(inOrder));
  return completeDefinition(file, options.release);
}

function withFlags(value: unknown, flags: Readonly<Record<string, string>>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { ...value, ...flags };
}

function placed(
  source: YamlSource,
  { path, atKey, message, inText }: FieldFault,
  flags: Readonly<Record<string, string>>,
): FileFault {
  const [first] = path;
  if (typeof first === 'string' && Object.hasOwn(flags, first)) {
    return { line: undefined, column: undefined, field: `--${first}`, message };
  }
  if (inText === undefined) return { ...source.position(path, atKey), field: fieldName(path), message };
  const place = source.positionInText(path, inText);
  if (place !== undefined) return { ...place, field: fieldName(path), message };
  const where = `line ${inText.line}, column ${inText.column} of the text: ${message}`;
  return { ...source.position(path, atKey), field: fieldName(path), message: where };
}

function inOrder(one: FileFault, other: FileFault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
