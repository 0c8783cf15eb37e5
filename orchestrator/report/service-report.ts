import type { ServiceView } from '../records/service-view.ts';
import { assess } from '../status/assess.ts';
import { known, mapObserved, type Observations } from '../status/observations.ts';
import { observe } from '../status/observe.ts';
import type { Reading } from '../status/read-source.ts';
import type { Observed } from '../status/service-status.ts';
import { podLogs } from './pod-logs.ts';
import { readOrWarn, type Warn } from './reading.ts';
import { redactObject, redactValue } from './redact-objects.ts';
import { renderedAgainstLive } from './rendered-against-live.ts';
import { jsonFile, type ReportFile } from './report-file.ts';
import { serviceObjects } from './service-objects.ts';

/** What of a service goes into a report beside its state. */
export interface ServiceParts {
  readonly logs: boolean;
  readonly sinceSeconds: number | undefined;
}

/** Its sources have their own times; together they are asked in four steps. */
const statusSteps = 4;

/** All files about one service. What cannot be read is a warning. */
export async function serviceReport(
  reading: Reading,
  service: string,
  { logs, sinceSeconds }: ServiceParts,
  warn: Warn,
): Promise<ReportFile[]> {
  const about: Warn = (line) => warn(`${service}: ${line}`);
  const seen = await readOrWarn(
    { ...reading, timeoutMs: statusSteps * reading.timeoutMs },
    'Status',
    about,
    async (signal) => {
      return (await observe({ ...reading, signal }, service, { requestTimeoutMs: reading.timeoutMs })).seen;
    },
  );
  const objects = await serviceObjects(reading, service, about);
  const files = [
    ...(seen === undefined ? [] : stateFiles(seen, about)),
    jsonFile('objects.json', [...objects.others, ...objects.pods].map(redactObject)),
    jsonFile('events.json', objects.events.map(redactObject)),
    ...(await renderedAgainstLive(reading, service, about)),
    ...(logs ? await podLogs(reading, objects.pods, sinceSeconds, about) : []),
  ];
  return files.map(({ path, text }) => ({ path: `services/${service}/${path}`, text }));
}

function stateFiles(seen: Observations, warn: Warn): ReportFile[] {
  const status = assess(seen);
  for (const line of status.unread) warn(line);
  return [
    jsonFile('status.json', status),
    jsonFile('records.json', { ...recordsOf(known(seen.records)), addresses: entries(seen.addresses) }),
    jsonFile('ec2.json', { holders: entries(seen.holders) }),
    jsonFile('route53.json', { zone: known(seen.records)?.attr?.record.hostedZoneId, names: entries(seen.names) }),
  ];
}

/** The service's records; of config files the ids only, as their contents hold whatever a service needs to know. */
function recordsOf(view: ServiceView | undefined) {
  const attr = view?.attr?.record;
  return {
    service: view?.service.record,
    attributes: attr && { ...attr, definition: redactValue(attr.definition) },
    members: [...(view?.members.values() ?? [])].map(({ record }) => record),
  };
}

function entries<T>(observed: Observed<ReadonlyMap<string, T>>): Observed<Readonly<Record<string, T>>> {
  return mapObserved(observed, (map) => Object.fromEntries(map));
}
