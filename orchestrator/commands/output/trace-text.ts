import type { Trace, TraceEvent, TraceLink } from '../../status/trace-model.ts';
import { age } from './age.ts';
import { nothing, textTable, unknown } from './table.ts';

/** A member's story for a person: how it is, then each thing with what is known of it, then the Events of its pod. */
export function traceText({ summary, links, events, unread }: Trace, nowMs: number): string {
  const story = links.map((link) => linkText(link, nowMs)).join('');
  const reasons = unread.map((reason) => `${unknown}: ${reason}\n`).join('');
  return [`${summary}\n`, `\n${story}`, eventsText(events, nowMs), reasons === '' ? '' : `\n${reasons}`].join('');
}

function linkText({ kind, name, facts, lastChange, unread }: TraceLink, nowMs: number): string {
  const head = `${kind}: ${unread === undefined ? (name ?? nothing) : unknown}`;
  const by = lastChange?.by === undefined ? '' : ` by ${lastChange.by}`;
  const changed = lastChange === undefined ? [] : [['changed', `${age(lastChange.at, nowMs)} ago${by}`] as const];
  const why = unread === undefined ? [] : [['unknown', unread] as const];
  const all = [...facts, ...changed, ...why];
  const width = Math.max(0, ...all.map(([label]) => label.length));
  return `${head}\n${all.map(([label, value]) => `  ${label.padEnd(width)}  ${value}\n`).join('')}`;
}

function eventsText(events: readonly TraceEvent[], nowMs: number): string {
  if (events.length === 0) return '';
  const rows = events.map(({ at, type, reason, message, count }) => [
    at === undefined ? unknown : `${age(at, nowMs)}${count > 1 ? ` (x${count})` : ''}`,
    type,
    reason,
    message.replace(/\s*\n\s*/g, ' '),
  ]);
  return `\n${textTable(['LAST-SEEN', 'TYPE', 'REASON', 'MESSAGE'], rows)}`;
}
