import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'tap';

const root = join(import.meta.dirname, '..', '..');

type Pages = ReadonlyMap<string, string>;

function pagesOnDisk(): Pages {
  const paths = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** What is not prose: links in it are examples. */
const withoutCode = (text: string) => text.replace(/^ *```.*?^ *```/gms, '').replace(/`[^`\n]*`/g, 'code');

interface Link {
  readonly from: string;
  /** Path below the root of the checkout; the page itself for a bare anchor. */
  readonly to: string;
  readonly anchor: string | undefined;
}

/** Relative links of a page. */
function linksOf(from: string, text: string): Link[] {
  return [...withoutCode(text).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, path = '', anchor]) => ({
    from,
    to: path === '' ? from : normalize(join(dirname(from), path)),
    anchor,
  }));
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^ *```.*?^ *```/gms, '').matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, title = '']) =>
      title
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

/** Links that lead nowhere, in words. */
function deadLinks(pages: Pages, files: ReadonlySet<string>): string[] {
  return [...pages].flatMap(([from, text]) =>
    linksOf(from, text).flatMap(({ to, anchor }) => {
      const target = pages.get(to);
      if (target === undefined && !files.has(to)) return [`${from}: there is no ${to}`];
      if (anchor === undefined || (target !== undefined && anchorsOf(target).has(anchor))) return [];
      return [`${from}: ${to} has no heading #${anchor}`];
    }),
  );
}

/** Pages that nobody comes to who begins at the README or the index and follows links. */
function lostPages(pages: Pages): string[] {
  const found = new Set<string>();
  const open = ['README.md', 'docs/README.md'];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    if (found.has(from)) continue;
    found.add(from);
    open.push(
      ...linksOf(from, pages.get(from) ?? '')
        .map(({ to }) => to)
        .filter((to) => pages.has(to)),
    );
  }
  return [...pages.keys()].filter((path) => !found.has(path));
}

const otherFiles = () => new Set(globSync(['docs/**/*', 'LICENSE', 'scripts/**/*', 'test/**/*'], { cwd: root }));

test('every link of the README and of the documents leads to a file, and its anchor to a heading', async (t) => {
  const pages = pagesOnDisk();
  t.strictSame(deadLinks(pages, otherFiles()), []);
  t.ok([...pages].flatMap(([path, text]) => linksOf(path, text)).length > 200, 'the links were found');
});

test('whoever follows the links of the README and of the index comes to every page', async (t) => {
  t.strictSame(lostPages(pagesOnDisk()), []);
});

test('a link to a page or a heading that is not there would be found, and a page without a link', async (t) => {
  const pages = new Map([
    ['README.md', '[a](docs/a.md#the-first) [b](docs/b.md)\n```\n[c](c.md)\n```\n'],
    ['docs/README.md', '# Index of `all`\n[x](#index-of-all)'],
    ['docs/a.md', '# The second'],
    ['docs/lost.md', ''],
  ]);
  t.strictSame(deadLinks(pages, new Set()), [
    'README.md: docs/a.md has no heading #the-first',
    'README.md: there is no docs/b.md',
  ]);
  t.strictSame(lostPages(pages), ['docs/lost.md']);
});
