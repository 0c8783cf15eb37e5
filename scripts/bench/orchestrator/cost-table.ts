import { renderTable } from '../../demo/table.ts';
import type { ComparedCost } from './compare.ts';

/**
 * One operation on services of several sizes: a line a call, with `count/least` for each size. Calls that nothing asks for and of which
 * every size makes the same number are added up in a last line: they are looks and objects that the service has once.
 */
export function costTable(costs: readonly ComparedCost[]): string[] {
  const names = [...new Set(costs.flatMap(({ calls }) => Object.keys(calls)))].sort();
  const once = names.filter((name) => isOnce(costs, name));
  const rows = names.filter((name) => !once.includes(name)).map((name) => row(costs, name));
  const sum = costs.map(({ calls }) => `${once.reduce((total, name) => total + (calls[name]?.count ?? 0), 0)}`);
  const rest = once.length === 0 ? [] : [[`${once.length} other calls, the same for any size`, ...sum]];
  const [first] = costs;
  const head = ['CALL', ...costs.map(({ members }) => `${members} MEMBERS`), 'THE LEAST COMES FROM'];
  const took = costs.map(({ members, changed, millis }) => {
    const about = changed === members || changed === 0 ? `${members}` : `${changed} of ${members}`;
    return `${about}: ${(millis / 1000).toFixed(1)} s`;
  });
  return [
    `${first?.operation} (${first?.dbType}; members ${took.join(', ')})`,
    ...renderTable(head, [...rows, ...rest]),
  ];
}

function isOnce(costs: readonly ComparedCost[], name: string): boolean {
  const counts = new Set(costs.map(({ calls }) => calls[name]?.count ?? 0));
  return costs.length > 1 && counts.size === 1 && costs.every(({ calls }) => calls[name]?.least === undefined);
}

function row(costs: readonly ComparedCost[], name: string): string[] {
  const why = costs.map(({ calls }) => calls[name]?.why).find((found) => found !== undefined);
  const cells = costs.map(({ calls }) => {
    const { count = 0, least } = calls[name] ?? {};
    return `${count}/${least ?? '-'}`;
  });
  return [name, ...cells, why ?? ''];
}
