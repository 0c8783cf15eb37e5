import type { ErrorCode } from '../../../common/domain/error-catalogue.ts';
import { addressSources } from '../../network/free-addresses.ts';
import { reserveCommand, type ZoneFault, zoneFaults } from '../../network/zone-faults.ts';
import { type Check, type Finding, fail, type Look, pass, skip } from '../check.ts';
import { networkOf } from '../cluster-nodes.ts';
import { known } from '../seen.ts';

const category = 'network';

/** Subnets, reservations and the addresses in them. */
export const addressChecks: readonly Check[] = [
  {
    id: 'FC-NET-005',
    category,
    title: 'One VPC',
    expected: 'all nodes are EC2 instances of this account and region, in one VPC',
    judge: ({ vpcId }) => pass(known(vpcId)),
    unread: ({ code }) => (code === 'FC-NET-005' ? 'fail' : 'unknown'),
  },
  {
    id: 'FC-NET-002',
    category,
    title: 'Subnets',
    expected: 'a subnet with IPv4 in each zone, in the nodes’ VPC',
    judge: (look) =>
      ifAddressed(look, () => {
        const { subnets } = networkOf(look);
        const found = subnets.map(({ subnet }) => `${subnet.id} ${subnet.cidr} in ${subnet.zone}`);
        return judgeZones('FC-NET-002', faultsOf(look, new Set()), look, found.join('; '));
      }),
  },
  {
    id: 'FC-NET-003',
    category,
    title: 'CIDR reservations',
    expected: 'in each zone one of type explicit with this cluster’s tags, in a subnet that nodes are in',
    judge: (look) => ifAddressed(look, () => judgeReservations(look)),
  },
  {
    id: 'FC-NET-004',
    category,
    title: 'Free addresses',
    expected: 'in the reservations, as many as members still need one',
    judge: (look) =>
      ifAddressed(look, () => {
        const taken = known(look.taken);
        const faults = faultsOf(look, taken);
        return judgeZones('FC-NET-004', faults, look, freeOnes(look, taken), reserveCommand(faults));
      }),
  },
];

export function ifAddressed({ plan }: Look, judge: () => Finding): Finding {
  return plan.staticIp ? judge() : skip(`${plan.what} has no static IPs`);
}

function judgeReservations(look: Look): Finding {
  const { subnets } = networkOf(look);
  const own = subnets.flatMap((one) => one.own.map(({ cidr }) => `${cidr} in ${one.subnet.id}`));
  const faults = faultsOf(look, new Set());
  const remedy = reserveCommand(faults.filter(({ code }) => code === 'FC-NET-003'));
  const finding = judgeZones('FC-NET-003', faults, look, own.join('; '), remedy);
  return look.pre && finding.result === 'fail' ? skip(`not reserved yet: ${finding.found}`, remedy) : finding;
}

function faultsOf(look: Look, taken: ReadonlySet<string>): ZoneFault[] {
  // Where every member has its address already, the zone must still have what a later one needs.
  const needed = new Map(look.plan.zones.map((zone) => [zone, Math.max(1, look.plan.addresses.get(zone) ?? 0)]));
  return zoneFaults(networkOf(look), needed, taken);
}

/** Faults that leave nothing to judge in their zone. */
const grounds: Readonly<Record<AddressCheck, readonly ErrorCode[]>> = {
  'FC-NET-002': [],
  'FC-NET-003': ['FC-NET-002'],
  'FC-NET-004': ['FC-NET-001', 'FC-NET-002', 'FC-NET-003'],
};

type AddressCheck = 'FC-NET-002' | 'FC-NET-003' | 'FC-NET-004';

/** What this check's own faults are; where faults of other checks leave nothing to judge, it is skipped and names those. */
function judgeZones(
  id: AddressCheck,
  faults: readonly ZoneFault[],
  look: Look,
  found: string,
  remedy?: string,
): Finding {
  const own = faults.filter(({ code }) => code === id);
  if (own.length > 0) return fail(own.map(({ text }) => text).join('; '), remedy);
  const before = faults.filter(({ code }) => grounds[id].includes(code));
  const blocked = new Set(before.map(({ zone }) => zone));
  if (look.plan.zones.every((zone) => blocked.has(zone))) {
    const codes = [...new Set(before.map(({ code }) => code))].join(', ') || 'FC-NET-001';
    return skip(`${codes} failed in every zone`);
  }
  return pass(found);
}

function freeOnes(look: Look, taken: ReadonlySet<string>): string {
  const network = networkOf(look);
  const told = look.plan.zones.map((zone) => {
    const sources = addressSources(network, zone, taken);
    const free = sources.reduce((sum, source) => sum + source.free.length, 0);
    const size = sources.reduce((sum, source) => sum + source.size, 0);
    return `${zone}: ${free} of ${size}, for ${look.plan.addresses.get(zone) ?? 0}`;
  });
  return told.join('; ');
}
