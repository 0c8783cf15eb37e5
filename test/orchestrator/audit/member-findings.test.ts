import fc from 'fast-check';
import t from 'tap';
import type { Finding } from '../../../orchestrator/audit/finding.ts';
import type { FindingCode } from '../../../orchestrator/audit/finding-table.ts';
import { memberFindings } from '../../../orchestrator/audit/member-findings.ts';
import { isLiving, type MemberFacts } from '../../../orchestrator/status/member-facts.ts';
import { sampleAddress, sampleInterface, samplePod } from '../status/seen.ts';
import { agreed, anyAgreed, anyRead, dnsName, ip, masked, recordOf, type Unreadable, unreadable } from './any-facts.ts';

const layers = Object.keys(unreadable) as Unreadable[];
const someLayers = fc.subarray(layers, { minLength: 1 });

t.test('finds nothing where all layers name one owner, be it nobody', (t) => {
  fc.assert(
    fc.property(anyAgreed, (facts) => memberFindings(facts).length === 0),
    { numRuns: 500 },
  );
  t.end();
});

/** One thing changed of a member of which all layers agreed. */
interface Disagreement {
  readonly title: string;
  readonly parts: Partial<MemberFacts>;
  readonly code: FindingCode;
  readonly kind?: Finding['kind'];
  /** `may`, or why not. */
  readonly mend: string;
  readonly since?: string;
}

const recently = '2026-11-22T07:59:30.000Z';
const longAgo = '2026-11-22T07:50:00.000Z';
const pod = (parts: Parameters<typeof samplePod>[1]) => ({ pod: { value: samplePod(1, parts) } });
const heldBy = (parts: Parameters<typeof sampleInterface>[1]) => ({ holder: { value: sampleInterface(1, parts) } });
const elsewhere = { id: 'eni-9', instanceId: 'i-9' };

const disagreements: readonly Disagreement[] = [
  { title: 'another interface of ours has it', parts: heldBy(elsewhere), code: 'FC-AUD-001', mend: 'may' },
  { title: 'nobody has it', parts: { holder: { value: undefined } }, code: 'FC-AUD-002', mend: 'may' },
  { title: 'a stranger has it', parts: heldBy({ ...elsewhere, tags: {} }), code: 'FC-ENI-001', mend: 'NotOurs' },
  { title: 'it is a primary', parts: heldBy({ ...elsewhere, primaryIp: ip }), code: 'FC-ENI-002', mend: 'NotOurs' },
  {
    title: 'nobody owns it, and another interface has it',
    parts: { record: recordOf({ state: 'released' }), pod: { value: undefined }, ...heldBy(elsewhere) },
    code: 'FC-AUD-003',
    mend: 'NoLivingPod',
  },
  { title: 'it has no record', parts: { record: { value: undefined } }, code: 'FC-AUD-004', mend: 'NeedsDecision' },
  {
    title: 'it is being claimed',
    parts: { record: recordOf({ state: 'claiming', changedAt: recently }), ...heldBy(elsewhere) },
    code: 'FC-AUD-005',
    kind: 'pending',
    mend: 'MidClaim',
    since: recently,
  },
  {
    title: 'it has been being claimed for minutes',
    parts: { record: recordOf({ state: 'claiming', changedAt: longAgo }) },
    code: 'FC-AUD-005',
    mend: 'MidClaim',
    since: longAgo,
  },
  {
    title: 'it has been being released for minutes',
    parts: { record: recordOf({ state: 'releasing', changedAt: longAgo }) },
    code: 'FC-AUD-006',
    mend: 'MidClaim',
  },
  {
    title: 'it was released by a pod that is ending',
    parts: { record: recordOf({ state: 'released' }), ...pod({ terminating: true }) },
    code: 'FC-AUD-006',
    kind: 'pending',
    mend: 'NoLivingPod',
  },
  {
    title: 'its new pod starts',
    parts: pod({ uid: 'uid-2', createdAt: '2026-11-22T07:59:00Z', ready: false }),
    code: 'FC-AUD-007',
    kind: 'pending',
    mend: 'NoLivingPod',
  },
  {
    title: 'its new pod waits for a node, however long',
    parts: pod({ uid: 'uid-2', ready: false, node: undefined }),
    code: 'FC-AUD-007',
    kind: 'pending',
    mend: 'NoLivingPod',
  },
  {
    title: 'its new pod has been starting for long',
    parts: pod({ uid: 'uid-2', ready: false }),
    code: 'FC-AUD-007',
    mend: 'NoLivingPod',
    since: '2026-11-22T07:00:00Z',
  },
  {
    title: 'its new pod runs without it',
    parts: pod({ uid: 'uid-2' }),
    code: 'FC-AUD-007',
    mend: 'NoLivingPod',
    since: '2026-11-22T07:00:10Z',
  },
  {
    title: 'its pod runs and nobody ever claimed it',
    parts: { record: { value: { ...sampleAddress(1), owner: undefined } } },
    code: 'FC-AUD-007',
    mend: 'NoLivingPod',
  },
  {
    title: 'it was released by a pod that runs',
    parts: { record: recordOf({ state: 'released' }) },
    code: 'FC-AUD-008',
    mend: 'NoLivingPod',
  },
  { title: 'its owner is gone', parts: { pod: { value: undefined } }, code: 'FC-AUD-009', mend: 'NoLivingPod' },
  {
    title: 'its owner is newer than the pod',
    parts: { record: recordOf({ podUid: 'uid-2', podCreatedAt: '2026-11-22T07:30:00Z' }) },
    code: 'FC-AUD-010',
    mend: 'NeedsDecision',
  },
  { title: 'its name is not there', parts: { dns: { value: { values: [] } } }, code: 'FC-AUD-011', mend: 'may' },
  {
    title: 'its name has a second value',
    parts: { dns: { value: { values: [ip, '10.9.9.9'] } } },
    code: 'FC-AUD-012',
    mend: 'may',
  },
  {
    title: 'its name is somebody’s alias',
    parts: { dns: { value: { special: 'a CNAME record' } } },
    code: 'FC-DNS-002',
    mend: 'NotOurs',
  },
  {
    title: 'its name leads to the node before, and its new pod is not Ready',
    parts: { hasAddress: { value: false }, staticIp: undefined, ...pod({ ready: false }) },
    code: 'FC-AUD-012',
    kind: 'pending',
    mend: 'MidClaim',
  },
];

for (const { title, parts, code, kind = 'wrong', mend, since } of disagreements) {
  t.test(`finds ${code} and nothing else when ${title}`, (t) => {
    const found = memberFindings({ ...agreed, ...parts });
    t.strictSame(found.map(told), [`${code} ${kind} ${mend}`]);
    if (since !== undefined) t.equal(found[0]?.since.at, since);
    t.match(found[0], { member: 'redis-1', subject: found[0]?.layer === 'dns' ? dnsName : /^10\.|^$/ });
    t.end();
  });
}

t.test('finds each of two disagreements by itself', (t) => {
  const found = memberFindings({ ...agreed, ...heldBy(elsewhere), dns: { value: { values: [] } } });
  t.strictSame(found.map(told), ['FC-AUD-001 wrong may', 'FC-AUD-011 wrong may']);
  const claiming = { record: recordOf({ state: 'claiming', changedAt: recently }), dns: { value: { values: [] } } };
  const midClaim = memberFindings({ ...agreed, ...claiming }).map(told);
  t.strictSame(midClaim, ['FC-AUD-005 pending MidClaim', 'FC-AUD-011 wrong MidClaim']);
  const dead = memberFindings({ ...agreed, holder: { value: undefined }, pod: { value: undefined } });
  t.strictSame(dead.map(told), ['FC-AUD-002 wrong NoLivingPod', 'FC-AUD-009 wrong NoLivingPod']);
  t.end();
});

t.test('finds nothing wrong because a layer could not be read, and tells each that could not', (t) => {
  const codes = (facts: MemberFacts, kind: Finding['kind']) =>
    memberFindings(facts).flatMap((one) => (one.kind === kind ? [one.code] : []));
  const property = fc.property(anyRead, someLayers, (facts, unread) => {
    const partly = masked(facts, unread);
    const before = codes(facts, 'wrong');
    if (!codes(partly, 'wrong').every((code) => before.includes(code))) return false;
    const told = memberFindings(partly).flatMap(({ kind, layer }) => (kind === 'unknown' ? [layer] : []));
    const asked = layers.filter((layer) => isAsked(facts, layer) && unread.includes(layer));
    return told.toSorted().join() === asked.toSorted().join();
  });
  fc.assert(property, { numRuns: 2000 });
  t.end();
});

t.test('finds nothing wrong where nothing at all could be read', (t) => {
  fc.assert(
    fc.property(anyRead, (facts) => memberFindings(masked(facts, layers)).every(({ kind }) => kind === 'unknown')),
  );
  t.end();
});

t.test('finds nothing to mend while a claim or a release is under way, whatever else it finds', (t) => {
  const property = fc.property(anyRead, fc.subarray(layers), (facts, unread) => {
    const { record } = facts;
    const state = 'value' in record ? record.value?.owner?.state : undefined;
    fc.pre(state === 'claiming' || state === 'releasing');
    fc.pre('value' in facts.hasAddress && facts.hasAddress.value);
    return memberFindings(masked(facts, unread)).every(({ mend }) => !mend.may);
  });
  fc.assert(property, { numRuns: 2000 });
  t.end();
});

t.test('finds to mend only what is certain of a living pod', (t) => {
  const property = fc.property(anyRead, fc.subarray(layers), (facts, unread) => {
    const partly = masked(facts, unread);
    const { record, pod, hasAddress } = partly;
    return memberFindings(partly).every(({ mend, kind }) => {
      if (!mend.may) return true;
      if (kind === 'unknown' || !('value' in pod) || pod.value === undefined || !isLiving(pod.value)) return false;
      if (!('value' in hasAddress && hasAddress.value)) return pod.value.ready;
      const owner = 'value' in record ? record.value?.owner : undefined;
      return owner?.state === 'owned' && owner.podUid === pod.value.uid;
    });
  });
  fc.assert(property, { numRuns: 2000 });
  t.end();
});

function told({ code, kind, mend }: Pick<Finding, 'code' | 'kind' | 'mend'>): string {
  return `${code} ${kind} ${mend.may ? 'may' : mend.because}`;
}

/** Of a member without an address or a name the layers do not matter that it would be in. */
function isAsked({ hasAddress, hasName }: MemberFacts, layer: Unreadable): boolean {
  if (layer === 'kubernetes') return true;
  const matters = layer === 'dns' ? hasName : hasAddress;
  return 'value' in matters && matters.value;
}
