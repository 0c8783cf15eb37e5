import { CallLog } from './call-log.ts';
import { type Clock, realClock } from './clock.ts';
import { createEc2 } from './ec2/ec2-service.ts';
import { type Ec2Lag, Ec2State } from './ec2/ec2-state.ts';
import { FaultRules } from './faults.ts';
import { type Front, startFront } from './http-front.ts';
import type { LatencyProfile } from './latency.ts';
import type { CloudService } from './service.ts';
import type { Topology } from './topology.ts';

export interface CloudOptions extends Ec2Lag {
  /** address that every service listens on, each on a free port; default 127.0.0.1 */
  readonly host?: string;
  readonly latency?: LatencyProfile;
  readonly clock?: Clock;
}

/** A running simulated account. */
export interface Cloud {
  readonly topology: Topology;
  readonly clock: Clock;
  readonly endpoints: {
    readonly region: string;
    readonly ec2: string;
  };
  readonly ec2: Ec2State;
  readonly calls: CallLog;
  readonly faults: FaultRules;
  close(): Promise<void>;
}

/** Starts the services of an account over HTTP. Close it, or its listeners keep the process alive. */
export async function startCloud(topology: Topology, options: CloudOptions = {}): Promise<Cloud> {
  const clock = options.clock ?? realClock;
  const ec2 = new Ec2State(topology, clock, options);
  const calls = new CallLog();
  const faults = new FaultRules();
  const fronts: Front[] = [];
  const open = async (service: CloudService, instanceId?: string): Promise<string> => {
    const common = {
      topology,
      clock,
      faults,
      calls,
      latency: options.latency ?? {},
      host: options.host ?? '127.0.0.1',
    };
    const front = await startFront({ ...common, service, ...(instanceId === undefined ? {} : { instanceId }) });
    fronts.push(front);
    return front.url;
  };
  return {
    topology,
    clock,
    endpoints: { region: topology.region, ec2: await open(createEc2(ec2)) },
    ec2,
    calls,
    faults,
    async close() {
      faults.clear();
      await Promise.all(fronts.map((front) => front.close()));
    },
  };
}
