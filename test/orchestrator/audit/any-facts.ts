import fc from 'fast-check';
import type { AddressOwner, StaticIpRecord } from '../../../common/domain/records.ts';
import type { NetworkInterface } from '../../../common/ports/addresses.ts';
import type { MemberFacts } from '../../../orchestrator/status/member-facts.ts';
import type { NameState } from '../../../orchestrator/status/observations.ts';
import type { Observed, PodState } from '../../../orchestrator/status/service-status.ts';
import { sampleAddress, sampleInterface, sampleIp, sampleOwner, samplePod } from '../status/seen.ts';

/** When the samples are looked at; their owners changed, and their pods are from, an hour before. */
const at = Date.parse('2026-11-22T08:00:00Z');
export const ip = sampleIp(1);
export const dnsName = 'redis-1.prod-firecamp.com';

/** A member with an address and a name, of which every layer says the same. */
export const agreed: MemberFacts = {
  name: 'redis-1',
  ordinal: 1,
  wanted: true,
  zone: 'us-east-1a',
  hasAddress: { value: true },
  hasName: { value: true },
  staticIp: ip,
  dnsName,
  record: { value: sampleAddress(1) },
  pod: { value: samplePod(1) },
  holder: { value: sampleInterface(1) },
  dns: { value: { values: [ip] } },
  cluster: 'prod',
  at,
};

/** The record with another owner. */
export function recordOf(owner: Partial<AddressOwner>): MemberFacts['record'] {
  return { value: sampleAddress(1, sampleOwner(1, owner)) };
}

const unclaimed = { ...sampleAddress(1), owner: undefined };

/** Nobody: no pod, an address that was never claimed or was given up, in EC2 with nobody or, as with the policy `keep`, where it was. */
const nobody = fc.record({
  record: fc.constantFrom<MemberFacts['record']>(
    { value: unclaimed },
    recordOf({ state: 'released', podUid: 'uid-old' }),
  ),
  holder: fc.constantFrom<MemberFacts['holder']>({ value: undefined }, { value: sampleInterface(1) }),
  pod: fc.constant<MemberFacts['pod']>({ value: undefined }),
  wanted: fc.boolean(),
});

/** Its pod, on whatever way to its end, has the address. */
const somebody = fc.record({
  record: fc.constant<MemberFacts['record']>({ value: sampleAddress(1) }),
  holder: fc.constant<MemberFacts['holder']>({ value: sampleInterface(1) }),
  pod: fc.record({ ready: fc.boolean(), terminating: fc.boolean() }).map((parts) => ({ value: samplePod(1, parts) })),
  wanted: fc.constant(true),
});

/** Without an address of its own its name follows the node. */
const following = fc.constant({
  hasAddress: { value: false },
  staticIp: undefined,
  record: { value: undefined },
  holder: { value: undefined },
  pod: { value: samplePod(1) },
  dns: { value: { values: [samplePod(1).hostIp ?? ''] } },
});

/** Any member of which all layers say the same. */
export const anyAgreed: fc.Arbitrary<MemberFacts> = fc
  .tuple(fc.oneof(nobody, somebody, following), fc.boolean())
  .map(([parts, hasName]) => ({
    ...agreed,
    ...parts,
    ...(hasName ? {} : { hasName: { value: false }, dnsName: undefined, dns: { value: { values: [] } } }),
  }));

const anyOwner = fc.record({
  state: fc.constantFrom('claiming', 'owned', 'releasing', 'released'),
  podUid: fc.constantFrom('uid-1', 'uid-old'),
  podCreatedAt: fc.constantFrom('2026-11-22T07:00:00Z', '2026-11-22T05:00:00Z', '2026-11-22T07:30:00Z'),
  changedAt: fc.constantFrom('2026-11-22T07:59:30.000Z', '2026-11-22T07:00:05.123Z'),
} as const);

const anyRecord: fc.Arbitrary<StaticIpRecord | undefined> = fc.option(
  fc
    .option(anyOwner, { nil: undefined })
    .map((owner) => ({ ...sampleAddress(1), owner: owner && sampleOwner(1, owner) })),
  { nil: undefined },
);

const anyHolder: fc.Arbitrary<NetworkInterface | undefined> = fc.constantFrom(
  undefined,
  sampleInterface(1),
  sampleInterface(1, { id: 'eni-9', instanceId: 'i-9' }),
  sampleInterface(1, { id: 'eni-9', instanceId: undefined, tags: {} }),
  sampleInterface(1, { id: 'eni-9', primaryIp: ip }),
);

const anyPod: fc.Arbitrary<PodState | undefined> = fc.option(
  fc
    .record({
      uid: fc.constantFrom('uid-1', 'uid-2'),
      ready: fc.boolean(),
      terminating: fc.boolean(),
      phase: fc.constantFrom('Pending', 'Running', 'Failed'),
      createdAt: fc.constantFrom('2026-11-22T07:00:00Z', '2026-11-22T07:59:00Z'),
    })
    .map((parts) => samplePod(1, parts)),
  { nil: undefined },
);

const anyName: fc.Arbitrary<NameState> = fc.constantFrom(
  { values: [] },
  { values: [ip] },
  { values: ['10.0.0.1'] },
  { values: [ip, '10.9.9.9'] },
  { special: 'a CNAME record' },
);

/** Any member at all, read in full: its layers may say anything. */
export const anyRead: fc.Arbitrary<MemberFacts> = fc
  .record({
    wanted: fc.boolean(),
    hasAddress: fc.boolean(),
    hasName: fc.boolean(),
    record: anyRecord,
    holder: anyHolder,
    pod: anyPod,
    dns: anyName,
  })
  .map((parts) => ({
    ...agreed,
    wanted: parts.wanted,
    hasAddress: { value: parts.hasAddress },
    hasName: { value: parts.hasName },
    record: { value: parts.record },
    holder: { value: parts.holder },
    pod: { value: parts.pod },
    dns: { value: parts.dns },
  }));

/** What of a member can be unread, by the layer that it is. */
export const unreadable = { record: 'record', ec2: 'holder', dns: 'dns', kubernetes: 'pod' } as const;
export type Unreadable = keyof typeof unreadable;

/** The same with these layers unread. */
export function masked(facts: MemberFacts, layers: readonly Unreadable[]): MemberFacts {
  const because: Observed<never> = { unknown: 'FC-AWS-003 no answer' };
  return { ...facts, ...Object.fromEntries(layers.map((layer) => [unreadable[layer], because])) };
}
