import { version } from '../../common/runtime/version.ts';
import type { Operation } from '../operation.ts';
import { listServices } from '../status/list-services.ts';
import { defaultRequestTimeoutMs, type Reading } from '../status/read-source.ts';
import { readOrWarn, type Warn } from './reading.ts';
import { jsonFile, type ReportFile } from './report-file.ts';
import { serviceReport } from './service-report.ts';

/** What goes into a report. */
export interface ReportOptions {
  /** Only this service; all of the namespace without. */
  readonly service?: string;
  /** Whether what the containers printed goes in. */
  readonly logs?: boolean;
  /** Of the logs only what was printed in so many seconds until now. */
  readonly sinceSeconds?: number;
  /** For each source; 5 s without. */
  readonly requestTimeoutMs?: number;
  /** The doctor's results, where he was asked. */
  readonly doctor?: (signal: AbortSignal) => Promise<unknown>;
}

/** The doctor asks many sources one after the other. */
const doctorMs = 60_000;

/**
 * Everything that somebody needs who was not there: versions, the doctor, and of each service its state, records, objects, Events, logs and
 * what EC2 and Route 53 say. Secrets are never read, contents of config files left out, and values
 * that by their names may be secrets taken out. What cannot be
 * read, for whatever reason, is a line of `warnings.txt`, and the rest is there.
 *
 * @throws `InterruptedError` alone, when the operation is cancelled
 */
export async function collectReport(
  operation: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  { service, logs = false, sinceSeconds, requestTimeoutMs, doctor }: ReportOptions = {},
): Promise<ReportFile[]> {
  const warnings: string[] = [];
  const warn: Warn = (line) => warnings.push(line);
  const reading = { ...operation, timeoutMs: requestTimeoutMs ?? defaultRequestTimeoutMs };
  const files = [await versionFile(reading, warn)];
  if (doctor !== undefined) {
    const found = await readOrWarn({ ...reading, timeoutMs: doctorMs }, 'Doctor', warn, doctor);
    if (found !== undefined) files.push(jsonFile('doctor.json', found));
  }
  for (const name of service === undefined ? await servicesOf(reading, files, warn) : [service]) {
    files.push(...(await serviceReport(reading, name, { logs, sinceSeconds }, warn)));
  }
  const text = warnings.length === 0 ? 'Everything could be read.\n' : `${warnings.toSorted().join('\n')}\n`;
  return [...files, { path: 'warnings.txt', text }];
}

async function versionFile(reading: Reading, warn: Warn): Promise<ReportFile> {
  const { ports, settings } = reading;
  const kubernetes = await readOrWarn(reading, 'Version of Kubernetes', warn, (signal) => {
    return ports.kube.serverVersion({ signal });
  });
  const at = new Date(ports.clock.wall()).toISOString();
  return jsonFile('version.json', { at, firecamp: version, kubernetes, settings });
}

async function servicesOf(reading: Reading, files: ReportFile[], warn: Warn): Promise<string[]> {
  const services = await readOrWarn(reading, 'Services', warn, (signal) => listServices({ ...reading, signal }));
  if (services === undefined) return [];
  files.push(jsonFile('services.json', services));
  return services.filter(({ cluster }) => cluster === reading.settings.cluster).map(({ name }) => name);
}
