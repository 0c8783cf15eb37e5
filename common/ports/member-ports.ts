import type { AddressLock } from './address-lock.ts';
import type { AddressService } from './addresses.ts';
import type { Clock } from './clock.ts';
import type { Events } from './events.ts';
import type { HostNetwork } from './host.ts';
import type { InstanceMetadata } from './instance-metadata.ts';
import type { Log } from './log.ts';
import type { MemberFiles } from './member-files.ts';
import type { NameService, Resolver } from './names.ts';
import type { Pods } from './pods.ts';
import type { RecordStore } from './record-store.ts';

/** Everything that the programs of a member touch. */
export interface MemberPorts {
  readonly store: RecordStore;
  readonly addresses: AddressService;
  readonly metadata: InstanceMetadata;
  readonly pods: Pods;
  readonly host: HostNetwork;
  readonly lock: AddressLock;
  readonly names: NameService;
  readonly resolver: Resolver;
  readonly files: MemberFiles;
  readonly events: Events;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}
