/** One import of a file, as written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import()` with a literal: esbuild cannot put it into the single executable. */
  readonly dynamic: boolean;
}

/** Import and re-export statements as the formatter leaves them: at the start of a line, in single quotes. Type imports too. */
const statements = [
  /^import\s+(?:[^'"`;()]*?\bfrom\s+)?'([^'\n]+)'/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s+from\s+'([^'\n]+)'/gm,
];
const dynamicImport = /\bimport\(\s*['"`]([^'"`\n]+)['"`]/g;

/** Every import of a source text, in no order. */
export function importsOf(source: string): Import[] {
  const code = withoutComments(source);
  const all = (pattern: RegExp, dynamic: boolean) =>
    [...code.matchAll(pattern)].map((match) => ({
      specifier: match[1] ?? '',
      line: lineAt(code, match.index),
      dynamic,
    }));
  return [...statements.flatMap((pattern) => all(pattern, false)), ...all(dynamicImport, true)];
}

/** Uses of `process.<member>` in code, by line. */
export function processUses(source: string, member: 'env' | 'exit'): number[] {
  const code = withoutComments(source);
  const pattern = new RegExp(`\\bprocess\\s*(?:\\?\\.|\\.)\\s*${member}\\b|\\bprocess\\[['"]${member}['"]\\]`, 'g');
  return [...code.matchAll(pattern)].map((match) => lineAt(code, match.index));
}

/** Comments as blanks, so that lines keep their numbers. Only comments that begin a line or follow a space, which no string of ours is hurt by. */
function withoutComments(source: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  return source.replace(/^\s*\/\*[\s\S]*?\*\//gm, blank).replace(/(?<=^|\s)\/\/.*$/gm, blank);
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}
