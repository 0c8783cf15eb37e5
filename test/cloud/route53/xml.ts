import { XMLParser } from 'fast-xml-parser';
import type { CloudReply } from '../service.ts';

const NAMESPACE = 'https://route53.amazonaws.com/doc/2013-04-01/';

export type XmlValue = string | number | boolean | XmlTree | readonly (XmlTree | string)[] | undefined;
/** An element's children; an array is the same element several times; undefined is left out. */
export interface XmlTree {
  readonly [element: string]: XmlValue;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function render(tree: XmlTree): string {
  return Object.entries(tree)
    .flatMap(([element, value]) => (Array.isArray(value) ? value.map((one) => [element, one]) : [[element, value]]))
    .map(([element, value]) => renderOne(String(element), value))
    .join('');
}

function renderOne(element: string, value: XmlValue): string {
  if (value === undefined) return '';
  const inner = isTree(value) ? render(value) : escapeXml(String(value));
  return `<${element}>${inner}</${element}>`;
}

function isTree(value: XmlValue): value is XmlTree {
  return typeof value === 'object' && !Array.isArray(value);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);
}

/** A reply in Route 53's wire format. */
export function xmlReply(
  status: number,
  root: string,
  tree: XmlTree,
  headers: Record<string, string> = {},
): CloudReply {
  const body = `<?xml version="1.0"?>\n<${root} xmlns="${NAMESPACE}">${render(tree)}</${root}>`;
  return { status, headers: { 'content-type': 'text/xml', ...headers }, body };
}

/** An error as Route 53 sends it (API reference, "Common errors"; the body seen in boto/boto #2887). */
export function xmlError(status: number, code: string, message: string): CloudReply {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  return xmlReply(status, 'ErrorResponse', {
    Error: { Type: type, Code: code, Message: message },
    RequestId: crypto.randomUUID(),
  });
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
});

/** Reads a request body and gives the children of `root`; undefined when it is no XML or another document. */
export function parseXml(body: string, root: string): XmlNode | undefined {
  try {
    const parsed: unknown = parser.parse(body, true);
    return new XmlNode(parsed).child(root);
  } catch {
    // the service answers a body it cannot read with MalformedInput; the caller does that
    return undefined;
  }
}

/** One parsed element, read without trusting its shape. */
export class XmlNode {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  child(name: string): XmlNode | undefined {
    const value = this.#children()[name];
    return value === undefined ? undefined : new XmlNode(value);
  }

  /** The elements `item` inside the element `list` (AWS's way to write a list). */
  list(list: string, item: string): XmlNode[] {
    const parent = this.child(list);
    const items = parent === undefined ? undefined : parent.#children()[item];
    if (items === undefined) return [];
    // An element that comes once is parsed as itself, not as a list of one.
    return [items].flat().map((value) => new XmlNode(value));
  }

  /** The text of a child, as it is written. */
  text(name: string): string | undefined {
    return this.child(name)?.own();
  }

  /** The element's own text. */
  own(): string | undefined {
    return typeof this.#value === 'string' ? this.#value : undefined;
  }

  #children(): Record<string, unknown> {
    return typeof this.#value === 'object' && this.#value !== null ? { ...this.#value } : {};
  }
}
