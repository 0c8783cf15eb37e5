import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { numberAt, textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';
import type { Operation } from '../operation.ts';
import type { TraceEvent } from './trace-model.ts';

/** The Events about the pods of this name, those that are gone too as long as the API server keeps them; oldest first. */
export async function podEvents(
  { ports, settings, signal }: Pick<Operation, 'ports' | 'settings' | 'signal'>,
  pod: string,
): Promise<TraceEvent[]> {
  const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${pod}`;
  const scope = { namespace: settings.namespace, fieldSelector };
  const { items } = await ports.kube.list(kinds.Event, scope, { signal });
  return items.map(traceEvent).sort((one, other) => timeOf(one) - timeOf(other));
}

/**
 * The last Warning about each pod of the namespace, by the pod's UID: what a mount, a probe or an image pull stands at is written nowhere else.
 */
export async function lastWarnings({
  ports,
  settings,
  signal,
}: Pick<Operation, 'ports' | 'settings' | 'signal'>): Promise<ReadonlyMap<string, string>> {
  const scope = { namespace: settings.namespace, fieldSelector: 'involvedObject.kind=Pod,type=Warning' };
  const { items } = await ports.kube.list(kinds.Event, scope, { signal });
  const events = items.map((live) => ({ uid: textAt(live, 'involvedObject', 'uid') ?? '', event: traceEvent(live) }));
  events.sort((one, other) => timeOf(one.event) - timeOf(other.event));
  const text = ({ reason, message }: TraceEvent) => `${reason}: ${message.replace(/\s+/g, ' ').slice(0, 400)}`;
  return new Map(events.map(({ uid, event }) => [uid, text(event)]));
}

/** Writers of the newer form of Events leave the older form's times empty. */
function traceEvent(live: LiveObject): TraceEvent {
  const times = [
    textAt(live, 'series', 'lastObservedTime'),
    textAt(live, 'lastTimestamp'),
    textAt(live, 'eventTime'),
    textAt(live, 'metadata', 'creationTimestamp'),
  ];
  return {
    type: textAt(live, 'type') ?? '',
    reason: textAt(live, 'reason') ?? '',
    message: textAt(live, 'message') ?? '',
    at: times.find((time) => time !== undefined),
    count: numberAt(live, 'series', 'count') ?? numberAt(live, 'count') ?? 1,
  };
}

function timeOf({ at }: TraceEvent): number {
  return at === undefined ? 0 : Date.parse(at);
}
