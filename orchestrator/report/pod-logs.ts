import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { listAt, numberAt, textAt } from '../definition/field-reader.ts';
import type { Reading } from '../status/read-source.ts';
import { readOrWarn, type Warn } from './reading.ts';
import { logFile, type ReportFile } from './report-file.ts';

const logsAtOnce = 8;
/** The last lines of each container: what led to a fault, and no more than a person reads. */
const lines = 2_000;

/** What the containers of these pods printed, before their last restart too. */
export async function podLogs(
  reading: Reading,
  pods: readonly LiveObject[],
  sinceSeconds: number | undefined,
  warn: Warn,
): Promise<ReportFile[]> {
  const wanted = pods.flatMap((pod) =>
    containersOf(pod).flatMap((container) => [
      { pod: pod.metadata.name, container, previous: false },
      ...(wasRestarted(pod, container) ? [{ pod: pod.metadata.name, container, previous: true }] : []),
    ]),
  );
  const { kube } = reading.ports;
  const { namespace } = reading.settings;
  const files = await bounded(reading.signal, wanted, logsAtOnce, async ({ pod, container, previous }, signal) => {
    const what = `Log of ${pod}/${container}${previous ? ' before its restart' : ''}`;
    const text = await readOrWarn({ ...reading, signal }, what, warn, (joined) => {
      const since = sinceSeconds === undefined ? {} : { sinceSeconds };
      return kube.podLog({ namespace, name: pod }, { signal: joined, container, lines, previous, ...since });
    });
    if (text === 'absent') warn(`${what}: the pod or its node is gone`);
    if (text === undefined || text === 'absent') return [];
    return [logFile(`logs/${pod}/${container}${previous ? '.previous' : ''}.log`, text)];
  });
  return files.flat();
}

function wasRestarted(pod: LiveObject, container: string): boolean {
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  return statuses.some((one) => textAt(one, 'name') === container && (numberAt(one, 'restartCount') ?? 0) > 0);
}

/** Containers of a pod, those that run before the main one first. */
function containersOf(pod: LiveObject): string[] {
  const all = [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')];
  return all.flatMap((one) => textAt(one, 'name') ?? []);
}
