import { known, type Observations } from './observations.ts';
import type { ServiceStatus } from './service-status.ts';

/** A fault of the service as a whole, as its first line tells it. */
export interface ServiceFault {
  readonly fault: 'RecordsMissing' | 'RecordsPartial' | 'WorkloadMissing' | 'CountsDiffer';
  readonly message: string;
}

/** What kind of service it is, and how many members it should have, from whatever could be read. */
export function shapeOf(seen: Observations): Pick<ServiceStatus, 'type' | 'desired'> {
  const workload = known(seen.workload);
  const attr = known(seen.records)?.attr?.record;
  const type = workload?.type ?? (attr?.serviceType === 'stateless' ? 'stateless' : 'stateful');
  return { type, desired: workload?.desired ?? attr?.replicas ?? 0 };
}

/**
 * What is certainly wrong with the service as a whole. A stateless service, and one with TESTMODE, does without records; for any other their
 * absence is a fault. What could not be read may be there.
 */
export function serviceFaults(seen: Observations): ServiceFault[] {
  const { records, workload } = seen;
  const recordless = shapeOf(seen).type === 'stateless' || known(workload)?.testMode === true;
  const view = known(records);
  const attr = view?.attr?.record;
  const faults: ServiceFault[] = [];
  if ('value' in records && view === undefined && !recordless) {
    faults.push({ fault: 'RecordsMissing', message: 'there are objects in Kubernetes, and no records of the service' });
  }
  if (view !== undefined && attr === undefined) {
    const message = 'its records were made or deleted in part: run firecamp create or delete again';
    faults.push({ fault: 'RecordsPartial', message });
  }
  if ('value' in workload && workload.value === undefined) {
    faults.push({ fault: 'WorkloadMissing', message: 'there is no StatefulSet or Deployment' });
  }
  const running = known(workload);
  if (attr !== undefined && running !== undefined && running.stoppedFrom === undefined) {
    const message = `the records say ${attr.replicas} members, Kubernetes ${running.desired}`;
    if (attr.replicas !== running.desired) faults.push({ fault: 'CountsDiffer', message });
  }
  return faults;
}
