import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import type { Stored } from '../../common/ports/record-store.ts';
import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { ServiceView } from '../records/service-view.ts';

/** A service that is there, and what it shall be. */
export interface ServiceChange {
  readonly view: ServiceView & { readonly attr: Stored<ServiceAttrRecord> };
  /** The definition in its records; undefined where they hold none. */
  readonly was: ServiceDefinition | undefined;
  readonly is: ServiceDefinition;
}
