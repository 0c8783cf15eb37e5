import { conditionReasons } from '../../orchestrator/status/condition-reasons.ts';
import { table } from './generated-part.ts';

/** The table of all reasons of a member's conditions. */
export function conditionsPart(): string {
  const rows = Object.entries(conditionReasons).map(([reason, { type, status, meaning }]) => [
    type,
    status,
    `\`${reason}\``,
    meaning,
  ]);
  return table(['condition', 'status', 'reason', 'meaning'], rows);
}
