import type { Call } from '../../test/cloud/call-log.ts';
import type { ServiceName } from '../../test/cloud/service.ts';

/** Whom a program of the product asked. */
export type Asked = 'pods' | 'store' | ServiceName;

/** One request, as the server that answered it saw it. Times are milliseconds since the epoch, with fractions. */
export interface RecordedCall {
  readonly asked: Asked;
  /** Whose it was, where the server can tell. */
  readonly by?: string;
  readonly operation: string;
  readonly body: string;
  readonly params: Readonly<Record<string, string>>;
  readonly began: number;
  readonly ended: number;
}

/** The time that every server of the demonstration notes: the simulated cloud's own. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A call of the simulated cloud's log; undefined while it is under way. */
export function fromCloud(call: Call): RecordedCall | undefined {
  if (call.repliedAt === undefined) return undefined;
  const { service, operation, body, params, receivedAt, repliedAt } = call;
  return { asked: service, operation, body, params, began: receivedAt, ended: repliedAt };
}
