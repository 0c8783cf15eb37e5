import type { CallOptions } from '../../common/ports/call-options.ts';
import type { RestartOrder } from '../service-operations.ts';
import type { RestartMember } from './restart-view.ts';

/**
 * Chooses which of the members that are still to be restarted comes next; never asked about none. It is asked anew before each restart,
 * so an order may follow what the members are at that moment.
 */
export type NextMember = (
  waiting: readonly [RestartMember, ...RestartMember[]],
  options: CallOptions,
) => Promise<RestartMember>;

/** The orders by ordinal. */
export const restartOrders: Readonly<Record<RestartOrder, NextMember>> = {
  descending: async (waiting) => waiting.reduce((one, other) => (other.ordinal > one.ordinal ? other : one)),
  ascending: async (waiting) => waiting.reduce((one, other) => (other.ordinal < one.ordinal ? other : one)),
};
