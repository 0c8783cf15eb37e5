import { FirecampError } from '../../common/domain/errors.ts';
import type { LiveObject } from '../../common/ports/kube-objects.ts';
import { numberAt } from '../definition/field-reader.ts';
import { updateObject } from '../objects/update-object.ts';
import type { Operation } from '../operation.ts';
import { findService } from '../records/service-view.ts';
import type { OperationResult } from '../service-operations.ts';
import { stoppedFrom, withReplicas } from './stopped-from.ts';
import { findWorkload, refuseStrange } from './workload.ts';

/**
 * Gives a stopped service its pods back, as many as it had; does not wait for them. A service with replicas stays as it is. One that was scaled to
 * nothing by other means gets those that its records say.
 *
 * @throws FirecampError FC-SVC-002 when there is no such service, or nothing says how many members it should have
 */
export async function startService(operation: Operation, service: string): Promise<OperationResult> {
  const found = await findWorkload(operation, service);
  if (found === undefined) throw missing(operation, `There is no service ${service}`, service);
  const fallback = needsRecords(found.live) ? await recordedReplicas(operation, service) : undefined;
  const updated = await updateObject(operation, found.ref, (live) => {
    refuseStrange(operation, { ref: found.ref, live }, service);
    if (numberAt(live, 'spec', 'replicas') !== 0) return undefined;
    const replicas = stoppedFrom(live) ?? fallback;
    if (replicas !== undefined) return withReplicas(live, replicas);
    throw missing(operation, `Nothing says how many members the stopped service ${service} should have`, service);
  });
  if (updated === undefined) throw missing(operation, `There is no service ${service}`, service);
  const about = { kind: found.ref.kind.kind, name: service };
  const [from, to] = [updated.before, updated.after].map((live) => numberAt(live, 'spec', 'replicas') ?? 1);
  if (from === to) return { changes: [{ action: 'keep', ...about, detail: `it has ${to} replicas` }] };
  return { changes: [{ action: 'update', ...about, detail: `replicas: ${from} → ${to}` }] };
}

function needsRecords(live: LiveObject): boolean {
  return numberAt(live, 'spec', 'replicas') === 0 && stoppedFrom(live) === undefined;
}

async function recordedReplicas(operation: Operation, service: string): Promise<number | undefined> {
  const replicas = (await findService(operation, service))?.attr?.record.replicas;
  return replicas === undefined || replicas < 1 ? undefined : Number(replicas);
}

function missing({ settings }: Operation, what: string, service: string): FirecampError {
  const { cluster, namespace } = settings;
  const message = `${what} in namespace ${namespace} of cluster ${cluster}.`;
  return new FirecampError('FC-SVC-002', message, { fields: { service, namespace, cluster } });
}
