/**
 * DNS names in Route 53's own form: lower case, absolute, every character outside `a-z 0-9 - _ .` as a backslash and
 * three octal digits, so that `*` is `\052`.
 *
 * Source: Route 53 Developer Guide, "DNS domain name format" (case is ignored, the trailing dot is optional, escape
 * codes in octal), and the Names that ListResourceRecordSets returns.
 */

const ESCAPE = /\\([0-7]{3})/g;
const PLAIN = /^[a-z0-9\-_.\\]$/;

/** Turns any accepted spelling into the one that Route 53 stores and returns. */
export function normaliseName(name: string): string {
  const plain = name
    .replace(ESCAPE, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .toLowerCase();
  const escaped = [...plain].map((char) => (PLAIN.test(char) ? char : octalEscape(char))).join('');
  return escaped.endsWith('.') ? escaped : `${escaped}.`;
}

function octalEscape(char: string): string {
  return [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** What is wrong with a normalised name (label over 63 octets, name over 255, an empty label), or undefined. */
export function nameFault(name: string): string | undefined {
  const bare = name.replace(ESCAPE, '?').slice(0, -1);
  if (bare.length > 254) return 'Domain name is too long';
  const labels = bare.split('.');
  if (labels.some((label) => label === '')) return 'Domain contains an empty label';
  if (labels.some((label) => label.length > 63)) return 'Domain label is too long';
  return undefined;
}

/**
 * Orders names as ListResourceRecordSets and ListHostedZonesByName do: by labels from the right, so that
 * `b.example.com.` comes after `example.com.` and before `a.b.example.com.`'s siblings of a later label.
 * Source: Route 53 API reference, ListResourceRecordSets, "Sort order" (labels reversed, com.example.www.).
 */
export function compareNames(left: string, right: string): number {
  const a = reversedLabels(left);
  const b = reversedLabels(right);
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareAscii(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function reversedLabels(name: string): string[] {
  return name
    .split('.')
    .filter((label) => label !== '')
    .reverse();
}

/** Orders plain ASCII strings by code unit. */
export function compareAscii(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Is the (normalised) name the zone's apex or below it? */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
