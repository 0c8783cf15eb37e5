declare global {
  // ECMAScript proposal "JSON.parse source text access", in V8; TypeScript's libraries do not have it yet.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
  }
}

/**
 * Parses JSON without losing digits: an integer beyond the safe ones becomes a bigint, and any other number that would be written
 * differently (`1.0`, `1e3`) an opaque value that `stringifyLosslessly` writes as it was.
 *
 * @throws SyntaxError
 */
export function parseLosslessly(text: string): unknown {
  return JSON.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value;
    const integer = /^-?[1-9]\d*$/.test(source);
    // Also one that a number happens to hold, or a whole second in nanoseconds would be of another type than the next nanosecond.
    if (integer) return Number.isSafeInteger(value) ? value : BigInt(source);
    return String(value) === source ? value : JSON.rawJSON(source);
  });
}

/** Go escapes these in strings so that JSON can stand in HTML (encoding/json, "Marshal"). */
const goEscapes = /[<>&\u2028\u2029]/g;

/** The JSON text as Go's encoding/json writes it, bigints as whole numbers. */
export function stringifyLosslessly(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? JSON.rawJSON(part.toString()) : part,
  );
  // Outside strings none of these characters can stand in JSON.
  return text.replace(goEscapes, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
