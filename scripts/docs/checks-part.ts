import { checks } from '../../orchestrator/doctor/checks.ts';
import { table } from './generated-part.ts';

/** The table of all checks of `firecamp doctor`, in the order in which they are reported. */
export function checksPart(): string {
  const rows = checks.map(({ id, category, title, expected }) => [
    `[${id}](codes/${id}.md)`,
    category,
    title,
    expected,
  ]);
  return table(['id', 'category', 'what is looked at', 'expected'], rows);
}
