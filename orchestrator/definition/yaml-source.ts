import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import type { FieldPath, FileFault } from './file-fault.ts';

/** Line and column, both from 1. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML text, read. */
export interface YamlSource {
  /** The value of the document; undefined when `faults` leaves nothing to go on with. */
  readonly value: unknown;
  /** What is wrong with the text as YAML, duplicate keys included. */
  readonly faults: readonly FileFault[];
  /** Where the field stands, or the closest thing around it that is there. */
  position(path: FieldPath, atKey: boolean): Position;
  /** Where a place of the field's text stands; undefined for a text that is not written line by line, as a block with `|` is. */
  positionInText(path: FieldPath, place: Position): Position | undefined;
}

/**
 * Reads one YAML 1.2 document. Keys that stand twice are faults, and the value has the last of them, so that the rest can be checked too.
 */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // An empty text has no document at all; that is told apart by a property of the list, so its first element says as much.
  const [document, second] = [...documents];
  const position = (path: FieldPath, atKey: boolean): Position =>
    at(document === undefined ? 0 : offsetOf(document, path, atKey));
  if (document === undefined || document.contents === null || isEmpty(document.contents)) {
    const faults = [{ ...at(0), field: '', message: 'is empty: needed is a service' }];
    return { value: undefined, faults, position, positionInText: () => undefined };
  }
  const positionInText = (path: FieldPath, place: Position) => inBlock(text, at, scalarOf(document, path), place);
  const faults = [...document.errors, ...document.warnings].map((error) => faultOf(error, text, at));
  if (second !== undefined) {
    const start = second.contents?.range?.[0] ?? second.range[0];
    faults.push({ ...at(start), field: '', message: 'a second document begins here: a file holds one service' });
  }
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'))
    return { value: undefined, faults, position, positionInText };
  return { ...documentValue(document, faults, at), position, positionInText };
}

function isEmpty(contents: Node): boolean {
  return isScalar(contents) && contents.value === null;
}

function documentValue(
  document: Document,
  faults: readonly FileFault[],
  at: (offset: number) => Position,
): Pick<YamlSource, 'value' | 'faults'> {
  const loose = looseAliases(document).map(({ source, range }) => ({
    ...at(range?.[0] ?? 0),
    field: '',
    message: `is not YAML: nothing before this is called &${source}`,
  }));
  if (loose.length > 0) return { value: undefined, faults: [...faults, ...loose] };
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), faults };
  } catch (error) {
    // Aliases of aliases that would fill the memory.
    const message = `is not usable: ${error instanceof Error ? error.message : String(error)}`;
    return { value: undefined, faults: [...faults, { ...at(0), field: '', message }] };
  }
}

function looseAliases(document: Document): readonly Alias[] {
  const found: Alias[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) === undefined) found.push(alias);
    },
  });
  return found;
}

function faultOf(error: YAMLError, text: string, at: (offset: number) => Position): FileFault {
  const place = at(error.pos[0]);
  if (error.code !== 'DUPLICATE_KEY') return { ...place, field: '', message: `is not YAML: ${error.message}` };
  const key = /^[^\s:,{}]+/.exec(text.slice(error.pos[0]))?.[0] ?? '';
  return { ...place, field: '', message: `the field ${key} stands here a second time: keep one of them` };
}

function offsetOf(document: Document, path: FieldPath, atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const { key, value } = childOf(node, part);
    const isLast = index === path.length - 1;
    const start = isLast && atKey ? startOf(key) : (startOf(value) ?? startOf(key));
    if (start === undefined) return offset;
    offset = start;
    // What an alias stands for is elsewhere in the file; the alias is what this field has.
    if (isAlias(value)) return offset;
    node = value;
  }
  return offset;
}

function childOf(node: unknown, part: string | number): { key?: unknown; value?: unknown } {
  if (isSeq(node)) return { value: node.items[Number(part)] };
  if (!isMap(node)) return {};
  const pairs = node.items.filter(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pairs.at(-1) ?? {};
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The scalar that the field is written as; undefined for an alias, whose text is elsewhere. */
function scalarOf(document: Document, path: FieldPath): Scalar | undefined {
  let node: unknown = document.contents;
  for (const part of path) node = childOf(node, part).value;
  return isScalar(node) ? node : undefined;
}

/** The lines of a literal block are those of its text, each behind the same indentation; the first stands below the `|`. */
function inBlock(
  text: string,
  at: (offset: number) => Position,
  scalar: Scalar | undefined,
  { line, column }: Position,
): Position | undefined {
  const offset = scalar?.range?.[0];
  if (scalar?.type !== 'BLOCK_LITERAL' || offset === undefined || typeof scalar.value !== 'string') return undefined;
  const own = at(offset).line + line;
  const written = text.split(/\r\n|\n/)[own - 1];
  const read = scalar.value.split('\n')[line - 1];
  if (written === undefined || read === undefined || !written.endsWith(read)) return undefined;
  return { line: own, column: written.length - read.length + column };
}
