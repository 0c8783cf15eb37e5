import { assign, assignedIn, secondaries, unassign } from '../interfaces.ts';
import type { GuestPlace } from '../place.ts';
import { all, type Rule, refusedAs, same } from './rule.ts';

/** What only an interface of this instance can tell. */
export const guestRules: readonly Rule<GuestPlace>[] = [
  {
    says: 'more addresses than the instance type has room for are refused, all of them',
    source: 'EC2 user guide, "Maximum IP addresses per network interface"; EC2 API reference, "Error codes"',
    async check(place) {
      const before = await secondaries(place, place.guest.id);
      const answer = await assign(place, place.guest.id, place.limit, false);
      if ('said' in answer) await unassign(place, place.guest.id, assignedIn(answer.said));
      const after = await secondaries(place, place.guest.id);
      return all(refusedAs('PrivateIpAddressLimitExceeded', answer), same('it has', before, after));
    },
  },
  {
    says: 'instance metadata lists the addresses of the interface that EC2 describes',
    source: 'EC2 user guide, "Instance metadata categories"',
    async check({ aws, guest, signal }) {
      const described = await aws.addresses.describe(guest.id, { signal });
      const told = await aws.metadata.localAddresses(guest.mac, { signal });
      return same('metadata', described?.addresses ?? [], told);
    },
  },
];
