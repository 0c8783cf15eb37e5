/** Text made safe to stand in an XML element. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** An element with text in it; nothing when the value is undefined. */
export function field(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** An element with elements in it. */
export function element(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

/** A list as EC2 writes it: one `item` each. */
export function itemSet<T>(name: string, list: readonly T[], inner: (item: T) => string): string {
  return element(name, ...list.map((item) => element('item', inner(item))));
}

export function tagSet(tags: ReadonlyMap<string, string>): string {
  return itemSet('tagSet', [...tags], ([key, value]) => field('key', key) + field('value', value));
}
