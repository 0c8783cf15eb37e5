import t from 'tap';
import { confirmed } from '../../../orchestrator/audit/confirm.ts';
import { holdersOf } from '../../../orchestrator/audit/holders.ts';
import { unnamedAddresses } from '../../../orchestrator/audit/range-findings.ts';
import { serviceFindings } from '../../../orchestrator/audit/service-findings.ts';
import type { Observations } from '../../../orchestrator/status/observations.ts';
import {
  sampleAttr,
  sampleInterface,
  sampleIp,
  sampleView,
  sampleWorkload,
  seen,
  well,
  withEntry,
} from '../status/seen.ts';

const elsewhere = withEntry(well.holders, sampleIp(1), sampleInterface(1, { id: 'eni-9', instanceId: 'i-9' }));

const node = { name: 'n', zone: 'a', usable: true, trouble: undefined, subnetIds: [], labels: {} };

function told(observed: Observations, several?: ReadonlySet<string>): string[] {
  return serviceFindings(observed, several).findings.map(({ code, kind, member }) => `${code} ${kind} ${member}`);
}

t.test('counts the members of which nothing was found', (t) => {
  t.match(serviceFindings(seen()), { members: 3, agreed: 3, findings: [] });
  const one = serviceFindings(seen({ holders: elsewhere }));
  t.match(one, { members: 3, agreed: 2, findings: [{ namespace: 'data', service: 'redis', member: 'redis-1' }] });
  t.end();
});

t.test('tells a source that could not be read once, not for each member', (t) => {
  const unread = { unknown: 'FC-AWS-003 no answer' };
  t.strictSame(told({ ...seen(), holders: unread }), ['FC-AUD-020 unknown undefined']);
  t.strictSame(told({ ...seen(), pods: unread }), ['FC-AUD-020 unknown undefined']);
  const notAsked = { unknown: 'not asked, as the records could not be read' };
  const recordless = { ...seen(), records: unread, addresses: notAsked, holders: notAsked, names: notAsked };
  t.strictSame(told(recordless), ['FC-AUD-020 unknown undefined']);
  t.equal(serviceFindings({ ...seen(), names: unread }).agreed, 0, 'nobody agrees as long as it is unread');
  t.end();
});

t.test('takes an address that EC2 shows on two interfaces for unknown, of that member alone', (t) => {
  const both = holdersOf([...well.holders.values(), sampleInterface(1, { id: 'eni-9' })]);
  t.strictSame([...both.several].sort(), [sampleInterface(1).primaryIp, sampleIp(1)]);
  t.strictSame(told(seen({ holders: both.byIp }), both.several), ['FC-AUD-020 unknown redis-1']);
  const twice = holdersOf([sampleInterface(1), sampleInterface(1)]);
  t.equal(twice.several.size, 0, 'one interface in two pages of a listing is one holder');
  t.end();
});

t.test('finds what is wrong with a service as a whole', (t) => {
  const scaled = { ...sampleWorkload, desired: 2 };
  t.strictSame(told(seen({ workload: scaled })), ['FC-AUD-016 pending undefined'], 'the third pod is still going');
  const shrunk = { workload: scaled, addresses: well.addresses.slice(0, 2) };
  t.strictSame(
    told(seen({ ...shrunk, pods: well.pods.slice(0, 2), holders: new Map([...well.holders].slice(0, 2)) })),
    ['FC-AUD-016 wrong undefined'],
  );
  t.strictSame(told(seen({ workload: undefined })), ['FC-AUD-015 wrong undefined']);
  t.strictSame(told(seen({ view: undefined })), ['FC-AUD-013 wrong undefined'], 'and not each member’s lack');
  t.end();
});

t.test('takes for pending what is seen of a service that is being created or deleted, and mends nothing of it', (t) => {
  const hour = 3_600_000n * 1_000_000n;
  const now = BigInt(Date.parse('2026-11-22T08:00:00Z')) * 1_000_000n;
  const deleting = (lastModified: bigint) => sampleView(sampleAttr({ status: 'DELETING', lastModified }));
  const { findings } = serviceFindings(seen({ view: deleting(now - hour / 2n), holders: elsewhere }));
  t.match(findings, [
    { code: 'FC-AUD-017', kind: 'pending', since: { at: '2026-11-22T07:30:00.000Z', from: 'record' } },
    { code: 'FC-AUD-001', kind: 'pending', mend: { may: false, because: 'Unsettled' } },
  ]);
  t.strictSame(told(seen({ view: deleting(now - 2n * hour) })), ['FC-AUD-017 wrong undefined']);
  t.end();
});

t.test('calls wrong only what two looks show', (t) => {
  const wrong = serviceFindings(seen({ holders: elsewhere })).findings;
  const [first] = wrong;
  const again = confirmed(wrong, serviceFindings({ ...seen({ holders: elsewhere }), at: Date.now() }).findings);
  t.match(again, [{ kind: 'wrong', mend: { may: true }, since: first?.since }], 'since the first look');
  t.strictSame(confirmed(wrong, []), [], 'what is over is over');
  t.match(confirmed([], wrong), [{ kind: 'pending', mend: { may: false, because: 'Unconfirmed' } }]);
  const moved = withEntry(well.holders, sampleIp(1), sampleInterface(1, { id: 'eni-8', instanceId: 'i-8' }));
  t.match(confirmed(wrong, serviceFindings(seen({ holders: moved })).findings), [{ kind: 'pending' }], 'on the move');
  t.end();
});

t.test('takes for a leftover only a secondary address of ours, in a range of ours, that no member has', (t) => {
  const cidr = '10.0.16.0/24';
  const own = [{ id: 'scr-1', subnetId: 'subnet-1', cidr, kind: 'explicit', tags: {} }] as const;
  const subnet = { id: 'subnet-1', vpcId: 'vpc-1', zone: 'a', cidr: '10.0.0.0/16', freeAddresses: 1, tags: {} };
  const network = { nodes: [], subnets: [{ subnet, own, others: [] }] };
  const ours = sampleInterface(1, { addresses: ['10.0.0.1', '10.0.16.11', '10.0.16.77', '10.0.99.9'] });
  const primary = sampleInterface(2, { id: 'eni-p', primaryIp: '10.0.16.90', addresses: ['10.0.16.90'] });
  const strangers = sampleInterface(3, { id: 'eni-s', tags: {}, addresses: ['10.0.0.3', '10.0.16.80'] });
  const found = unnamedAddresses(network, [ours, primary, strangers], new Set([sampleIp(1)]), 'prod');
  t.strictSame(
    found.map(({ ip }) => ip),
    ['10.0.16.77'],
  );
  const unmarked = { ...network, nodes: [{ ...node, instanceId: 'i-3' }] };
  const onNode = unnamedAddresses(unmarked, [strangers], new Set(), 'prod');
  t.strictSame(
    onNode.map(({ ip }) => ip),
    ['10.0.16.80'],
    'a node’s interface is ours without a tag, too',
  );
  t.end();
});
