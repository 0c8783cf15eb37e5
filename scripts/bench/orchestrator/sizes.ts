import type { DbType } from './bench-world.ts';

/** What is measured of a service's life, in its order. */
export const operationNames = ['create', 'create again', 'status', 'scale up', 'scale down', 'delete'] as const;

export type OperationName = (typeof operationNames)[number];

/** What the least number of calls follows from. */
export interface Sizes {
  readonly dbType: DbType;
  /** Members that the operation looks at. */
  readonly members: number;
  /** Members that it makes or takes away. */
  readonly changed: number;
  /** Members that were given up before and whose volumes were kept. */
  readonly former: number;
  /** Nodes in the service's zones. */
  readonly nodes: number;
  /** Zones, with a subnet and a reservation each. */
  readonly zones: number;
}
