import { diffService } from '../change/diff-service.ts';
import { readDefinition } from '../records/read-definition.ts';
import { getService } from '../records/service-view.ts';
import type { Reading } from '../status/read-source.ts';
import { readOrWarn, type Warn } from './reading.ts';
import { redactValue } from './redact-objects.ts';
import { jsonFile, type ReportFile } from './report-file.ts';

/** Everything is rendered, and the API server is asked about each object. */
const comparisonMs = 30_000;

/** The service's objects as its own records want them, against the cluster. A service of FireCamp's has no such records: a warning. */
export async function renderedAgainstLive(reading: Reading, service: string, warn: Warn): Promise<ReportFile[]> {
  const longer = { ...reading, timeoutMs: comparisonMs };
  const differences = await readOrWarn(longer, 'Rendered against live', warn, async (signal) => {
    const operation = { ...reading, signal, progress: () => {}, dryRun: 'server' } as const;
    const definition = await readDefinition(operation, await getService(operation, service));
    return await diffService(operation, definition);
  });
  if (differences === undefined) return [];
  const redacted = differences.map(({ object, action, live, wanted }) => {
    return { object, action, live: redactValue(live), wanted: redactValue(wanted) };
  });
  return [jsonFile('rendered-against-live.json', redacted)];
}
