/** Where something stands in a text: line and column, both from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Lists of members that a template can go through. */
export type TemplateList = 'members' | 'peers';

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string; readonly at: TextPlace; readonly inList: boolean }
  | { readonly kind: 'list'; readonly list: TemplateList; readonly parts: readonly TemplatePart[] };

/** A config file's template, read. Nothing in it is left out for a fault, so that all can be told at once. */
export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly faults: readonly { readonly at: TextPlace; readonly message: string }[];
}

/** Two braces, the name, two braces. One backslash before them makes them text, two are one backslash. */
const tagPattern = /(\\{0,2})\{\{(?:([^{}\n]*)\}\})?/g;

/**
 * Reads a template: `{{name}}` is a value; what stands between `{{#members}}` and `{{/members}}` is there once for each member, and so with
 * `peers`, the members but one's own; a tag of a list that has its line for itself takes the line away. `\{{` is two braces.
 */
export function parseTemplate(text: string): Template {
  return new TemplateReader(text).read();
}

class TemplateReader {
  readonly #text: string;
  readonly #parts: TemplatePart[] = [];
  readonly #faults: { at: TextPlace; message: string }[] = [];
  #open: { readonly list: TemplateList; readonly parts: TemplatePart[]; readonly at: TextPlace } | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Template {
    let done = 0;
    for (const match of this.#text.matchAll(tagPattern)) {
      const [whole, backslashes = '', inner] = match;
      const start = match.index + backslashes.length;
      const before = this.#text.slice(done, match.index) + backslashes.slice(1);
      if (backslashes.length === 1) {
        this.#add({ kind: 'text', text: `${before}{{` });
        done = start + 2;
        continue;
      }
      if (inner === undefined) {
        this.#fault(start, 'this {{ has no }} on its line: write \\{{ for two braces that are text');
        done = start + 2;
        continue;
      }
      done = this.#tag(inner.trim(), before, start, match.index + whole.length);
    }
    this.#add({ kind: 'text', text: this.#text.slice(done) });
    if (this.#open) {
      const { list, parts, at } = this.#open;
      this.#faults.push({ at, message: `{{#${list}}} has no end` });
      this.#parts.push({ kind: 'list', list, parts });
    }
    return { parts: this.#parts, faults: this.#faults };
  }

  /** @returns where the text goes on */
  #tag(name: string, before: string, start: number, end: number): number {
    const [, mark, list] = /^([#/])(.*)$/.exec(name) ?? [];
    if (mark === undefined || list === undefined) {
      this.#add({ kind: 'text', text: before });
      this.#add({ kind: 'value', name, at: this.#place(start), inList: this.#open !== undefined });
      return end;
    }
    const alone = this.#ownLine(start, end);
    this.#add({ kind: 'text', text: alone === undefined ? before : before.replace(/[ \t]*$/, '') });
    if (mark === '#') this.#begin(list.trim(), start);
    else this.#end(list.trim(), start);
    return alone ?? end;
  }

  #begin(list: string, start: number): void {
    const at = this.#place(start);
    if (list !== 'members' && list !== 'peers') {
      this.#faults.push({ at, message: `there is no list ${list}: members and peers are the lists` });
    } else if (this.#open) {
      this.#faults.push({ at, message: `a list inside the list ${this.#open.list} is not possible` });
    } else {
      this.#open = { list, parts: [], at };
    }
  }

  #end(list: string, start: number): void {
    if (this.#open?.list !== list) {
      this.#fault(start, `{{/${list}}} ends no list that is open here`);
      return;
    }
    const { parts } = this.#open;
    this.#open = undefined;
    this.#add({ kind: 'list', list, parts });
  }

  #add(part: TemplatePart): void {
    if (part.kind === 'text' && part.text === '') return;
    (this.#open?.parts ?? this.#parts).push(part);
  }

  #fault(start: number, message: string): void {
    this.#faults.push({ at: this.#place(start), message });
  }

  /** Where the next line begins, when nothing but spaces stands beside what is from start to end; undefined otherwise. */
  #ownLine(start: number, end: number): number | undefined {
    const before = this.#text.slice(this.#text.lastIndexOf('\n', start - 1) + 1, start);
    const after = /^[ \t]*(?:\r?\n|$)/.exec(this.#text.slice(end));
    return /^[ \t]*$/.test(start === 0 ? '' : before) && after ? end + after[0].length : undefined;
  }

  #place(offset: number): TextPlace {
    const before = this.#text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  }
}

/** A value that a template names, and whether that is inside a list. */
export interface TemplateName {
  readonly name: string;
  readonly at: TextPlace;
  readonly inList: boolean;
}

/** Every value that the template names, in the order of the text. */
export function namesOf(parts: readonly TemplatePart[]): TemplateName[] {
  return parts.flatMap((part) => {
    if (part.kind === 'list') return namesOf(part.parts);
    return part.kind === 'value' ? [part] : [];
  });
}

/** Whether each member has a text of its own. */
export function differsByMember({ parts }: Pick<Template, 'parts'>): boolean {
  if (parts.some((part) => part.kind === 'list' && part.list === 'peers')) return true;
  return namesOf(parts).some(({ name }) => /^(member|peers)\./.test(name));
}
