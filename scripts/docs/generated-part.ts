/** A page that the generator does not know how to fill; the message says which and why. */
export class PageFault extends Error {
  readonly code = 'PAGE_FAULT';

  constructor(fault: string) {
    super(fault);
    this.name = 'PageFault';
  }
}

const begin = '<!-- generated from the code by `npm run docs`; edit the code -->';
const end = '<!-- end of the generated part -->';

/** The page with its generated part replaced; everything around it is the writer's. @throws PageFault */
export function withGeneratedPart(path: string, page: string, part: string): string {
  const first = page.indexOf(begin);
  const last = page.indexOf(end);
  if (first < 0 || last < first) throw new PageFault(`${path} has no generated part: a line ${begin}, then ${end}`);
  return `${page.slice(0, first)}${begin}\n\n${part.trim()}\n\n${page.slice(last)}`;
}

/** A cell of a Markdown table: no line break and no bare column separator. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
