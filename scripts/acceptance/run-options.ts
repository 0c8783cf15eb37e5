import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { Environment } from './claim-pod.ts';
import type { Part } from './options.ts';

/** What a run is to do. */
export interface RunOptions {
  readonly runId: string;
  readonly parts: readonly Part[];
  /** An interface of the instance that this runs on, with room for an address. */
  readonly guest: NetworkInterface | undefined;
  /** The environment for the built programs; undefined when they are not to run. */
  readonly programs: Environment | undefined;
  /** Whether the resolver sees the run's VPC. */
  readonly asksResolver: boolean;
  /** How often to move an address and to change a record. */
  readonly times: number;
  /** How often to change a name. */
  readonly changes: number;
}
