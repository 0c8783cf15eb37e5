import { setTimeout as delay } from 'node:timers/promises';
import { numberToIpv4, parseCidr, subnetGateway } from '../../../common/domain/ipv4.ts';
import { assign, assignedIn, freshAddress, secondaries, settledSecondaries, unassign } from '../interfaces.ts';
import type { AddressPlace } from '../place.ts';
import { all, done, type Finding, type Rule, refusedAs, same } from './rule.ts';

const guide = 'EC2 user guide, "Secondary IP addresses for your EC2 instances"';
const reference = 'EC2 API reference, AssignPrivateIpAddresses';
const unpublished = 'not published: seen in other projects’ logs';

/** What EC2 shows on both interfaces when it has shown everything. */
async function unchanged(place: AddressPlace, onA: readonly string[], onB: readonly string[]): Promise<Finding> {
  await delay(place.settleMs, undefined, { signal: place.signal });
  return all(
    same('a has', onA, await secondaries(place, place.a.id)),
    same('b has', onB, await secondaries(place, place.b.id)),
  );
}

async function becomes(place: AddressPlace, onA: readonly string[], onB: readonly string[]): Promise<Finding> {
  return all(
    same('a has', onA, await settledSecondaries(place, place.a.id, onA)),
    same('b has', onB, await settledSecondaries(place, place.b.id, onB)),
  );
}

/** AssignPrivateIpAddresses and UnassignPrivateIpAddresses, between two interfaces `a` and `b` of the run. */
export const addressRules: readonly Rule<AddressPlace>[] = [
  {
    says: 'AllowReassignment moves a secondary address in one call',
    source: reference,
    async check(place) {
      const ip = await freshAddress(place);
      const answer = await assign(place, place.b.id, [ip], true);
      return all(done(answer), await becomes(place, [], [ip]));
    },
  },
  {
    says: 'without AllowReassignment an address that is held is refused, and stays',
    source: `${reference}; the code ${unpublished}`,
    async check(place) {
      const ip = await freshAddress(place);
      const answer = await assign(place, place.b.id, [ip], false);
      return all(refusedAs('InvalidParameterValue', answer), await unchanged(place, [ip], []));
    },
  },
  {
    says: 'a free address is assigned by name without AllowReassignment',
    source: reference,
    async check(place) {
      const ip = await freshAddress(place);
      await unassign(place, place.a.id, [ip]);
      await settledSecondaries(place, place.a.id, []);
      const answer = await assign(place, place.b.id, [ip], false);
      return all(done(answer), await becomes(place, [], [ip]));
    },
  },
  {
    says: 'the primary address of another interface is refused, even with AllowReassignment',
    source: `${guide}; the code ${unpublished}`,
    async check(place) {
      await freshAddress(place);
      return refusedAs('InvalidParameterValue', await assign(place, place.b.id, [place.a.primaryIp], true));
    },
  },
  {
    says: 'assigning with AllowReassignment to the interface that has the address is done and changes nothing',
    source: 'not published',
    async check(place) {
      const ip = await freshAddress(place);
      const answer = await assign(place, place.a.id, [ip], true);
      return all(done(answer), await unchanged(place, [ip], []));
    },
  },
  {
    says: 'one address outside the subnet fails the call for all its addresses',
    source: `${guide}; the code ${unpublished}`,
    async check(place) {
      const ip = await freshAddress(place);
      const answer = await assign(place, place.b.id, [ip, outside(place.subnet.cidr)], true);
      return all(refusedAs('InvalidParameterValue', answer), await unchanged(place, [ip], []));
    },
  },
  {
    says: 'an address that AWS keeps of each subnet is refused',
    source: 'VPC user guide, "Subnet CIDR blocks"; the code is not published',
    async check(place) {
      const gateway = subnetGateway(place.subnet.cidr) ?? '';
      return refusedAs('InvalidParameterValue', await assign(place, place.a.id, [gateway], false));
    },
  },
  {
    says: 'unassigning an address that the interface does not hold is refused, and its holder keeps it',
    source: unpublished,
    async check(place) {
      const ip = await freshAddress(place);
      const answer = await unassign(place, place.b.id, [ip]);
      return all(refusedAs('InvalidParameterValue', answer), await unchanged(place, [ip], []));
    },
  },
  {
    says: 'unassigning a primary address is refused',
    source: 'EC2 API reference, UnassignPrivateIpAddresses: secondary addresses; the code is not published',
    async check(place) {
      return refusedAs('InvalidParameterValue', await unassign(place, place.a.id, [place.a.primaryIp]));
    },
  },
  {
    says: 'unassigning takes the address off, and no other one',
    source: 'EC2 API reference, UnassignPrivateIpAddresses',
    async check(place) {
      const ip = await freshAddress(place);
      const second = await assign(place, place.a.id, 1, false);
      const kept = 'said' in second ? assignedIn(second.said) : [];
      const answer = await unassign(place, place.a.id, [ip]);
      return all(done(second), done(answer), await becomes(place, kept, []));
    },
  },
];

/** The address after the subnet's last; wraps around at the end of IPv4. */
function outside(cidr: string): string {
  const network = parseCidr(cidr);
  const next = ((network?.first ?? 0) + (network?.size ?? 1)) % 2 ** 32;
  return numberToIpv4(next);
}
