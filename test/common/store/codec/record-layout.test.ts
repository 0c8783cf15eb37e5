import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { test } from 'tap';
import type { ClaimState, StaticIpRecord } from '../../../../common/domain/records.ts';
import { LayoutFault } from '../../../../common/store/codec/fields.ts';
import { layouts } from '../../../../common/store/codec/record-layout.ts';
import { claimed, samples } from '../../../contract/sample-records.ts';

const key = { ip: '10.0.1.21' };

function spec(change: Record<string, unknown>): Record<string, string> {
  const { StaticIPSpec = '' } = layouts.staticIp.encode(claimed);
  return { Revision: '1', StaticIPSpec: JSON.stringify({ ...JSON.parse(StaticIPSpec), ...change }) };
}

test("writes its own fields after FireCamp's, in one object", async (t) => {
  t.strictSame(layouts.staticIp.encode(claimed), {
    Revision: '1',
    StaticIPSpec:
      '{"ServiceUUID":"5f2a9c3e7b1d4f60a8e2c4b6d8f01234","AvailableZone":"us-east-1a",' +
      '"ServerInstanceID":"i-0abc1234def567890","NetworkInterfaceID":"eni-0123456789abcdef0",' +
      '"PastNetworkInterfaceIDs":["eni-0fedcba9876543210"],"Owner":{"Namespace":"redis","PodName":"myredis-0",' +
      '"PodUID":"0d1f4c8e-52b1-4bb7-9d53-8a7b6c5d4e3f","PodCreatedAt":"2026-11-22T05:00:00Z","Epoch":7,' +
      '"State":"owned","ChangedAt":"2026-11-22T05:00:03.250Z","PhaseMillis":{"observe":61,"assign":402,"confirm":733}}}',
  });
});

test("reads a record of an older FireCamp as Go does: what is missing or null is the type's zero value", async (t) => {
  const old = { Revision: '0', MemberMeta: '{}', MemberSpec: '{"Configs":null,"Volumes":null}' };
  const record = layouts.member.decode({ serviceUuid: 'u', memberName: 'm-0' }, old, 'prod');
  t.match(record, { revision: 0n, lastModified: 0n, status: '', configs: [], staticIp: '' });
  t.match(record.volumes, { primaryVolumeId: '', journalDeviceName: '' });
});

test('writes back members that it does not know, at every depth, after the known ones', async (t) => {
  const { ServiceSpec = '', ServiceMeta = '' } = layouts.serviceAttr.encode(samples.serviceAttr);
  const deep = ServiceSpec.replace('"MaxCPUUnits":0,', '"MaxCPUUnits":0,"Gpu":1,')
    .replace('{"FileName":"redis.conf",', '{"FileName":"redis.conf","Owner":"x",')
    .replace('{"VolumeType":"gp2",', '{"VolumeType":"gp2","Throughput":125.50,');
  const meta = ServiceMeta.replace('{', '{"First":12345678901234567890,');
  const decoded = layouts.serviceAttr.decode(
    samples.serviceAttr,
    { Revision: '1', ServiceMeta: meta, ServiceSpec: deep },
    'prod',
  );
  const again = layouts.serviceAttr.encode(decoded);
  t.match(again['ServiceMeta'], /"ServiceStatus":"ACTIVE","First":12345678901234567890}$/);
  t.match(again['ServiceSpec'], /"ReserveMemMB":256,"Gpu":1}/);
  t.match(again['ServiceSpec'], /"FileMD5":"e4d909c290d0fb1ca068ffaddf22cbd0","Owner":"x"}/);
  t.match(again['ServiceSpec'], /"Encrypted":false,"Throughput":125\.50}/);
});

test('reads the id of a hosted zone as FireCamp keeps it, with the path of Route 53’s answers', async (t) => {
  const attributes = layouts.serviceAttr.encode(samples.serviceAttr);
  const ServiceSpec = attributes['ServiceSpec']?.replace('"Z2FDTNDATAQYW2"', '"/hostedzone/Z2FDTNDATAQYW2"') ?? '';
  const decoded = layouts.serviceAttr.decode(samples.serviceAttr, { ...attributes, ServiceSpec }, 'prod');
  t.equal(decoded.hostedZoneId, 'Z2FDTNDATAQYW2');
});

test('names the field of a record that cannot be understood', async (t) => {
  const cases = [
    [{ Revision: '1' }, 'StaticIPSpec is missing'],
    [{ Revision: '1', StaticIPSpec: '{' }, 'StaticIPSpec is no JSON'],
    [{ Revision: '1', StaticIPSpec: 'null' }, 'StaticIPSpec is null'],
    [{ Revision: '1', StaticIPSpec: '[]' }, 'StaticIPSpec is no object'],
    [{ Revision: '-1', StaticIPSpec: '{}' }, 'Revision is no revision: -1'],
    [spec({ ServiceUUID: 5 }), 'StaticIPSpec.ServiceUUID is no string'],
    [spec({ PastNetworkInterfaceIDs: ['a', 1] }), 'StaticIPSpec.PastNetworkInterfaceIDs[1] is no string'],
    [spec({ Owner: 'me' }), 'StaticIPSpec.Owner is no object'],
    [spec({ Owner: {} }), 'StaticIPSpec.Owner.Namespace is missing'],
    [spec({ Owner: { ...owner(), Epoch: 1.5 } }), 'StaticIPSpec.Owner.Epoch is no integer'],
    [spec({ Owner: { ...owner(), State: 'lost' } }), /Owner\.State is not one of claiming, owned, releasing, released/],
    [spec({ Owner: { ...owner(), PhaseMillis: { a: 'x' } } }), 'StaticIPSpec.Owner.PhaseMillis.a is no integer'],
  ] as const;
  for (const [attributes, message] of cases) {
    t.throws(() => layouts.staticIp.decode(key, attributes, 'prod'), { code: 'LAYOUT_FAULT', message });
  }
  t.ok(new LayoutFault('a', 'b') instanceof Error);
});

test('reads a time that is a whole second', async (t) => {
  const attributes = { Revision: '1', MemberMeta: '{"LastModified":1537209600000000000}', MemberSpec: '{}' };
  const record = layouts.member.decode({ serviceUuid: 'u', memberName: 'm-0' }, attributes, 'prod');
  t.equal(record.lastModified, 1537209600000000000n);
});

test('writes no record that nobody could read', async (t) => {
  const { owner } = claimed;
  const unreadable = [
    [{ ...owner, podUid: '' }, 'StaticIPSpec.Owner.PodUID is missing'],
    [{ ...owner, epoch: Number.NaN }, 'StaticIPSpec.Owner.Epoch is no integer'],
    [{ ...owner, phaseMillis: { assign: 0.5 } }, 'StaticIPSpec.Owner.PhaseMillis.assign is no integer'],
  ] as const;
  for (const [wrong, message] of unreadable) {
    t.throws(() => layouts.staticIp.encode({ ...claimed, owner: wrong }), { code: 'LAYOUT_FAULT', message });
  }
});

test('reads every address record back as it wrote it', async () => {
  fc.assert(
    fc.property(staticIps, (record) => {
      return isDeepStrictEqual(layouts.staticIp.decode(key, layouts.staticIp.encode(record), 'prod'), record);
    }),
    { numRuns: 200 },
  );
});

function owner(): Record<string, unknown> {
  return JSON.parse(spec({})['StaticIPSpec'] ?? '').Owner;
}

const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
const unknown = fc.dictionary(
  word.map((name) => `X${name}`),
  fc.oneof(word, fc.boolean(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 90n })),
  { noNullPrototype: true, minKeys: 1, maxKeys: 3 },
);
const maybeUnknown = fc.option(
  unknown.map((fields) => ({ unknown: fields })),
  { nil: {} },
);

const owners = fc
  .record(
    {
      namespace: word,
      podName: word,
      podUid: word,
      podCreatedAt: word,
      epoch: fc.nat(),
      state: fc.constantFrom<ClaimState>('claiming', 'owned', 'releasing', 'released'),
      changedAt: fc.string(),
      phaseMillis: fc.dictionary(word, fc.nat(), { noNullPrototype: true }),
    },
    { noNullPrototype: true },
  )
  .chain((fields) => maybeUnknown.map((extra) => ({ ...fields, ...extra })));

const staticIps: fc.Arbitrary<StaticIpRecord> = fc.record(
  {
    ip: fc.constant(key.ip),
    revision: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    serviceUuid: fc.string({ unit: 'binary' }),
    zone: fc.string(),
    instanceId: fc.string(),
    interfaceId: fc.string(),
    pastInterfaceIds: fc.array(word, { maxLength: 3 }),
    owner: fc.option(owners, { nil: undefined }),
    unknown: fc.option(
      unknown.map((fields) => ({ spec: fields })),
      { nil: {} },
    ),
  },
  { noNullPrototype: true },
);
