import { errorCatalogue } from '../../common/domain/error-catalogue.ts';
import { accessPart } from './access-part.ts';
import { checksPart } from './checks-part.ts';
import { cliPart } from './cli-part.ts';
import { conditionsPart } from './conditions-part.ts';
import { codePart, errorCodes, errorsPart, missingSections } from './errors-part.ts';
import { eventsPart } from './events-part.ts';
import { findingsPart } from './findings-part.ts';
import { PageFault, withGeneratedPart } from './generated-part.ts';
import { serviceFilePart } from './service-file-part.ts';
import { settingsPart } from './settings-part.ts';

/** Folder of the pages, relative to the root of the checkout. */
export const referenceFolder = 'docs/reference';

/** A page as it is and as it has to be. */
export interface Page {
  readonly path: string;
  readonly current: string;
  readonly wanted: string;
}

/** What there is and what is wrong with it, in words. */
export interface Pages {
  readonly pages: readonly Page[];
  readonly faults: readonly string[];
}

/**
 * Compares the reference pages with the code.
 *
 * @param files text of every page by its path below `docs/reference`
 */
export function checkPages(files: ReadonlyMap<string, string>): Pages {
  const parts: [path: string, part: string][] = [
    ['settings.md', settingsPart()],
    ['errors.md', errorsPart()],
    ['iam.md', accessPart()],
    ['service-file.md', serviceFilePart()],
    ['cli.md', cliPart()],
    ['status.md', conditionsPart()],
    ['doctor.md', checksPart()],
    ['audit.md', findingsPart()],
    ['events.md', eventsPart()],
    ...errorCodes.map((code): [string, string] => [`codes/${code}.md`, codePart(code)]),
  ];
  const pages: Page[] = [];
  const faults = [...strangers(files.keys())];
  for (const [path, part] of parts) {
    const current = files.get(path);
    if (current === undefined) {
      faults.push(`${path} is missing: write it`);
      continue;
    }
    try {
      pages.push({ path, current, wanted: withGeneratedPart(path, current, part) });
    } catch (error) {
      if (!(error instanceof PageFault)) throw error;
      faults.push(error.message);
    }
    const missing = path.startsWith('codes/') ? missingSections(current) : [];
    if (missing.length > 0) faults.push(`${path} says nothing under ${missing.join(', ')}`);
  }
  return { pages, faults };
}

/** Pages of codes that the catalogue does not have. */
function strangers(paths: Iterable<string>): string[] {
  return [...paths].flatMap((path) => {
    const code = /^codes\/(.*)\.md$/.exec(path)?.[1];
    return code === undefined || code in errorCatalogue
      ? []
      : [`${path} is about a code that the catalogue does not have`];
  });
}
