import { createHash } from 'node:crypto';
import { eventReasons } from '../domain/event-reasons.ts';
import type { MemberEvent } from '../domain/member-event.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import { redactText } from '../runtime/redact.ts';
import type { ApiClient } from './api-client.ts';
import { ApiRefusedError } from './api-errors.ts';
import { recordOf } from './live-object.ts';

/**
 * How long one Event may take from when it is told; it is given up then. After good news a main container waits for our end; after bad news kubelet
 * waits before it runs us again, and the same news may need three requests. Milliseconds.
 */
const patienceMs = { Normal: 200, Warning: 500 } as const;

/** The API server takes no longer name, and no longer instance (k8s.io/api/events/v1, Event). */
const maxNameLength = 253;
const maxInstanceLength = 128;

/** Whom the Events are about and who tells them. */
export interface EventSource {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  /** The program, as `reportingController`. */
  readonly program: string;
  /** The node, as `reportingInstance`; the pod's name where it is not known. */
  readonly nodeName: string | undefined;
}

/**
 * Events of events.k8s.io/v1 regarding the pod. A result has a name of its own, so that one which comes again, as kubelet runs a container again,
 * is the same Event with a `series`: the API server lets nothing else of it be changed. It forgets an Event an hour after its last change.
 */
export class PodEvents implements Events {
  readonly #api: Pick<ApiClient, 'request'>;
  readonly #source: EventSource;
  readonly #log: Log;
  readonly #underWay = new Set<Promise<void>>();

  constructor(api: Pick<ApiClient, 'request'>, source: EventSource, log: Log) {
    this.#api = api;
    this.#source = source;
    this.#log = log;
  }

  tell(event: MemberEvent): void {
    const signal = AbortSignal.timeout(patienceMs[eventReasons[event.reason].type]);
    const telling = this.#send(event, signal).catch((error: unknown) => {
      this.#log.debug('an Event could not be told', { reason: event.reason, error });
    });
    this.#underWay.add(telling);
    void telling.then(() => this.#underWay.delete(telling));
  }

  /** Until everything is told or dropped: half a second after the last `tell` at most. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(event: MemberEvent, signal: AbortSignal): Promise<void> {
    const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(this.#source.namespace)}/events`;
    const now = microTime(new Date());
    const body = eventObject(event, this.#source, now);
    try {
      await this.#api.request('POST', path, { body, signal });
    } catch (error) {
      if (!(error instanceof ApiRefusedError) || error.reason !== 'AlreadyExists') throw error;
      const one = `${path}/${encodeURIComponent(body.metadata.name)}`;
      const known = recordOf((await this.#api.request('GET', one, { signal }))['series']);
      const count = typeof known['count'] === 'number' ? known['count'] + 1 : 2;
      const again = { series: { count, lastObservedTime: now } };
      await this.#api.request('PATCH', one, { body: again, contentType: 'application/merge-patch+json', signal });
    }
  }
}

function eventObject(event: MemberEvent, source: EventSource, now: string) {
  const { namespace, podName, podUid, program, nodeName } = source;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: nameOf(event, source), namespace },
    eventTime: now,
    type: eventReasons[event.reason].type,
    action: event.action,
    reason: event.reason,
    note: redactText(event.note),
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace, name: podName, uid: podUid },
    reportingController: program,
    reportingInstance: (nodeName ?? podName).slice(0, maxInstanceLength),
  };
}

/** `<pod>.<digest of what is told of whom>`. */
function nameOf({ action, reason, subject }: MemberEvent, { podName, podUid, program }: EventSource): string {
  const told = JSON.stringify([podUid, program, action, reason, subject]);
  const digest = createHash('sha256').update(told).digest('hex').slice(0, 16);
  const room = maxNameLength - digest.length - 1;
  return `${podName.slice(0, room).replace(/[-.]+$/, '')}.${digest}`;
}

/** A MicroTime has six digits (apimachinery, metav1.RFC3339Micro). */
function microTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}
