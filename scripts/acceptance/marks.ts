import { randomBytes } from 'node:crypto';

/** On everything that a run makes and AWS can tag; its value is the run's id. */
export const runTag = 'firecamp-acceptance';

/** On an interface of the run: `<address> <interface>`, an address of it that may have been moved to an interface that is not the run's. */
export const guestTag = 'firecamp-acceptance-guest';

/** What a run is known by: eight hex digits. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

export function isRunId(text: string): boolean {
  return /^[0-9a-f]{8}$/.test(text);
}

/** Zones of the run have this name or are below it. ICANN keeps `.internal` for private use, so it hides nobody's names. */
export function zoneName(runId: string): string {
  return `${runId}.firecamp-acceptance.internal`;
}

/** The cluster whose table holds the run's records. */
export function clusterName(runId: string): string {
  return `acceptance-${runId}`;
}
