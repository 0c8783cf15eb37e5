import type { AddressMove } from './address-history.ts';

/** Who held an address from a moment on. `holder` undefined: nobody, AWS could have given it away. */
export interface Holding {
  readonly since: number;
  readonly holder: string | undefined;
}

/**
 * The life of one address, oldest holding first. The moves are checked on the way: each must start where the one before
 * ended, so that a timeline also proves that no moment showed two holders.
 *
 * @throws Error when two moves contradict one another.
 */
export function addressTimeline(moves: readonly AddressMove[], ip: string): Holding[] {
  let holder: string | undefined;
  return moves
    .filter((move) => move.ip === ip)
    .map((move) => {
      if (move.from !== holder) throw new Error(`${ip} moved from ${move.from}, but ${holder} held it`);
      holder = move.to;
      return { since: move.at, holder };
    });
}

/** Was the address, once somebody had it, ever without a holder? */
export function wasEverFree(moves: readonly AddressMove[], ip: string): boolean {
  return addressTimeline(moves, ip).some((holding) => holding.holder === undefined);
}
