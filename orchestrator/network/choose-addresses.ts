import { checkZones } from './check-zones.ts';
import type { AddressesByZone, ChosenAddress, ClusterNetwork, TakenAddresses } from './cluster-network.ts';
import { addressSources } from './free-addresses.ts';

/**
 * Addresses for members, as many in each zone as needed: out of the cluster's own reservations, never one that is taken or that AWS keeps,
 * lowest first, from the subnet with most free ones as long as it has any. The same input gives the same addresses. Nothing is kept
 * by this: who creates the address record first has the address, and who meets another's record adds that address to `taken` and
 * chooses again.
 *
 * @throws FirecampError as `checkZones`, before anything is chosen
 */
export function chooseAddresses(
  network: ClusterNetwork,
  needed: AddressesByZone,
  taken: TakenAddresses,
): ReadonlyMap<string, readonly ChosenAddress[]> {
  checkZones(network, needed, taken);
  const chosen = [...needed].map(([zone, count]): [string, ChosenAddress[]] => {
    const free = addressSources(network, zone, taken).flatMap(({ subnetId, free }) =>
      free.map((ip) => ({ ip, subnetId })),
    );
    return [zone, free.slice(0, count)];
  });
  return new Map(chosen);
}
