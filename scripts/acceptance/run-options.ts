import type { NetworkInterface } from '../../common/ports/addresses.ts';
import type { Part } from './options.ts';

/** What a run is to do. */
export interface RunOptions {
  readonly runId: string;
  readonly parts: readonly Part[];
  /** An interface of the instance that this runs on, with room for an address. */
  readonly guest: NetworkInterface | undefined;
  /** Whether the resolver sees the run's VPC. */
  readonly asksResolver: boolean;
  /** How often to move an address and to change a record. */
  readonly times: number;
  /** How often to change a name. */
  readonly changes: number;
}
