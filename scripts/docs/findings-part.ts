import { errorCatalogue } from '../../common/domain/error-catalogue.ts';
import { type FindingCode, findingEntry, findingTable } from '../../orchestrator/audit/finding-table.ts';
import { table } from './generated-part.ts';

/** The table of everything that an audit can find. */
export function findingsPart(): string {
  const codes = Object.keys(findingTable) as FindingCode[];
  const rows = codes.map((code) => {
    const { layer, expected, cause, mended } = findingEntry(code);
    const layers = code === 'FC-AUD-020' ? 'any' : layer;
    return [
      `[${code}](codes/${code}.md)`,
      errorCatalogue[code].name,
      layers,
      expected,
      cause,
      mended ?? 'leaves it alone',
    ];
  });
  return table(['code', 'name', 'layer', 'expected', 'how it can come about', 'what a guard does'], rows);
}
