import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { defaultPrincipal } from '../cloud/topology.ts';
import goldenMaps from '../golden/config-maps.json' with { type: 'json' };
import { beginEndToEnd } from './harness/begin.ts';
import { codeOf, everything, lastWords, why } from './harness/look.ts';
import { openRawRecords, type RawKind } from './harness/raw-records.ts';
import type { TestService } from './harness/service.ts';

const begun = await beginEndToEnd('records that cannot be understood, and records of FireCamp 1.0');
if (begun) {
  const { t, World, createService, TestPod } = begun;
  const world = await World.start();
  t.teardown(() => world[Symbol.asyncDispose]());
  const signal = new AbortController().signal;
  const node1 = 'i-00000000000000001';
  const configs = { 'redis.conf': 'port 6379\n' };

  /** What is done to the text of an attribute. */
  type Spoil = (text: string) => string | undefined;
  const field =
    (name: string, value: unknown): Spoil =>
    (text) =>
      JSON.stringify({ ...JSON.parse(text), [name]: value });

  const owner = {
    Namespace: 'x',
    PodName: 'x',
    PodUID: 'x',
    PodCreatedAt: 'x',
    Epoch: 1,
    State: 'owned',
    PhaseMillis: {},
  };
  const faults: readonly {
    readonly kind: 'serviceAttr' | 'member' | 'staticIp' | 'configFile';
    readonly attribute: string;
    readonly title: string;
    readonly spoil: Spoil;
    readonly words: RegExp;
  }[] = [
    ...(
      [
        ['serviceAttr', 'ServiceSpec', { Replicas: 'three' }, /ServiceSpec\.Replicas is no integer/],
        ['member', 'MemberSpec', { Configs: 'none' }, /MemberSpec\.Configs is no list/],
        ['staticIp', 'StaticIPSpec', { Owner: { ...owner, Epoch: '1' } }, /StaticIPSpec\.Owner\.Epoch is no integer/],
        ['configFile', 'ConfigFileSpec', { FileMode: '0600' }, /ConfigFileSpec\.FileMode is no integer/],
      ] as const
    ).flatMap(([kind, attribute, wrong, words]) => [
      { kind, attribute, title: 'is cut off', spoil: (text: string) => text.slice(0, -5), words: /is no JSON/ },
      { kind, attribute, title: 'is missing', spoil: () => undefined, words: new RegExp(`${attribute} is missing`) },
      {
        kind,
        attribute,
        title: `has ${JSON.stringify(wrong)}`,
        spoil: (text: string) => JSON.stringify({ ...JSON.parse(text), ...wrong }),
        words,
      },
    ]),
    { kind: 'staticIp', attribute: 'StaticIPSpec', title: 'is null', spoil: () => 'null', words: /is null/ },
    { kind: 'staticIp', attribute: 'StaticIPSpec', title: 'is a list', spoil: () => '[]', words: /is no object/ },
    {
      kind: 'staticIp',
      attribute: 'StaticIPSpec',
      title: 'has an owner without the UID of its pod',
      spoil: field('Owner', { ...owner, PodUID: undefined }),
      words: /StaticIPSpec\.Owner\.PodUID is missing/,
    },
    {
      kind: 'staticIp',
      attribute: 'StaticIPSpec',
      title: 'has an owner in a state that there is not',
      spoil: field('Owner', { ...owner, State: 'mine' }),
      words: /StaticIPSpec\.Owner\.State is not one of claiming, owned, releasing, released/,
    },
    {
      kind: 'member',
      attribute: 'MemberSpec',
      title: 'has lost the static IP that its service requires',
      spoil: field('StaticIP', undefined),
      words: /no static IP .* its service requires one/,
    },
    {
      kind: 'configFile',
      attribute: 'ConfigFileMeta',
      title: 'has no file name',
      spoil: field('FileName', undefined),
      words: /is "", but the record that names it calls it "redis\.conf"/,
    },
  ];
  const people = {
    serviceAttr: /attributes of service/,
    member: /member/,
    staticIp: /static IP record/,
    configFile: /[Cc]onfig file/,
  };

  for (const dbType of ['clouddb', 'k8sdb'] as const) {
    for (const kind of ['serviceAttr', 'member', 'staticIp', 'configFile'] as const) {
      t.test(`a broken ${kind} record of ${dbType} is named with its fault, and nothing is touched`, async (t) => {
        const service = await createService(world, { dbType, configs });
        using raw = openRawRecords(world, service);
        const where = await rawKind(service, kind);
        const pod = await TestPod.create(world, service, 0, node1);
        // Of each kind one row in both stores; all rows where the records are DynamoDB items.
        const rows = faults.filter((row) => row.kind === kind);
        for (const { attribute, title, spoil, words } of dbType === 'clouddb' ? rows : rows.slice(0, 1)) {
          const good = await raw.read(where, attribute);
          await raw.write(where, attribute, spoil(good ?? ''));
          const before = await everything(world, service, pod);
          const ended = await pod.claim();
          t.equal(ended.code, 3, `${attribute} ${title}: ${why(ended)}`);
          t.equal(codeOf(ended), 'FC-REC-002');
          const said = await lastWords(pod);
          t.match(said, words);
          t.match(said, people[kind]);
          t.same(await everything(world, service, pod), before, 'nothing is touched');
          await raw.write(where, attribute, good);
        }
        const healed = await pod.claim();
        t.equal(healed.code, 0, `the repaired record is claimed: ${why(healed)}`);
      });
    }
  }

  t.test('a broken record releases nothing either, and is named', async (t) => {
    const service = await createService(world);
    using raw = openRawRecords(world, service);
    const pod = await TestPod.create(world, service, 0, node1);
    t.equal((await pod.claim()).code, 0);
    await pod.markDeleted();
    const good = await raw.read('staticIp', 'StaticIPSpec');
    await raw.write('staticIp', 'StaticIPSpec', '{');
    const before = await everything(world, service, pod);
    const ended = await pod.start('stopcontainer', { args: ['--once'] }).ended;
    t.equal(ended.code, 3, why(ended));
    t.match(await lastWords(pod), /FC-REC-002 .*static IP record/);
    t.same(await everything(world, service, pod), before);
    await raw.write('staticIp', 'StaticIPSpec', good);
    const released = await pod.start('stopcontainer', { args: ['--once'] }).ended;
    t.equal(released.code, 0, why(released));
    t.equal(world.cloud.ec2.holderOf(service.addresses[0] ?? ''), undefined);
  });

  t.test('records as FireCamp 1.0 wrote them are claimed, and fields that nobody knows are kept', async (t) => {
    for (const dbType of ['clouddb', 'k8sdb'] as const) {
      const old = await firecampService(dbType);
      const pod = await TestPod.create(world, old, 0, node1);
      const ended = await pod.claim();
      t.equal(ended.code, 0, why(ended));
      const record = await old.record(0);
      t.match(record, { instanceId: node1, owner: { podUid: pod.uid, epoch: 1, state: 'owned' } });
      t.equal(world.cloud.ec2.holderOf(old.addresses[0] ?? ''), 'eni-00000000000000001');
      t.match(await readFile(join(pod.dataDir, 'conf', 'redis.conf'), 'utf8'), /^bind 0\.0\.0\.0\n.*"\$A" < "\$B"/s);
      using raw = openRawRecords(world, old);
      t.equal(await raw.read('staticIp', 'Note'), 'of another tool', 'an attribute of somebody else');
      const spec = JSON.parse((await raw.read('staticIp', 'StaticIPSpec')) ?? '') as object;
      t.match(spec, { ServiceUUID: old.uuid, AvailableZone: 'us-east-1a', NewInTwo: { Deep: [1] } });
      t.equal(await raw.read('member', 'MemberMeta'), goldenMaps.member.data.MemberMeta, 'the member is not rewritten');
    }
  });

  async function rawKind(service: TestService, kind: keyof typeof people): Promise<RawKind> {
    if (kind !== 'configFile') return kind;
    const { record } = await service.store.get('serviceAttr', { serviceUuid: service.uuid }, { signal });
    return { configFile: record.configs[0]?.fileId ?? '' };
  }

  /** A service whose records were made by hand from the golden ones: the names, the address and the zone are this world's. */
  async function firecampService(dbType: 'clouddb' | 'k8sdb'): Promise<TestService> {
    const shape = await createService(world, { dbType });
    using raw = openRawRecords(world, shape);
    const { serviceAttr, member, staticIp, configFile } = goldenMaps;
    const local = (text: string) =>
      text
        .replaceAll(goldenMaps.service.data.ServiceUUID, shape.uuid)
        .replaceAll('10.0.1.21', shape.addresses[0] ?? '')
        .replaceAll('"myredis"', `"${shape.name}"`)
        .replaceAll('prod-firecamp.com', shape.domain)
        .replaceAll('Z2FDTNDATAQYW2', shape.hostedZoneId)
        .replaceAll('"prod"', '"e2e"');
    // Only one of the two files that the golden service names is among the golden records.
    const attr = JSON.parse(serviceAttr.data.ServiceSpec) as { ServiceConfigs: { FileName: string }[] };
    const spec = { ...attr, ServiceConfigs: attr.ServiceConfigs.filter((one) => one.FileName === 'redis.conf') };
    await raw.write('serviceAttr', 'ServiceMeta', local(serviceAttr.data.ServiceMeta));
    await raw.write('serviceAttr', 'ServiceSpec', local(JSON.stringify(spec)));
    await raw.write('member', 'MemberMeta', member.data.MemberMeta);
    await raw.write('member', 'MemberSpec', local(member.data.MemberSpec));
    const unowned = { ServerInstanceID: 'defaultServerInstanceID', NetworkInterfaceID: '', NewInTwo: { Deep: [1] } };
    await raw.write(
      'staticIp',
      'StaticIPSpec',
      JSON.stringify({ ...JSON.parse(local(staticIp.data.StaticIPSpec)), ...unowned }),
    );
    await raw.write('staticIp', 'Note', 'of another tool');
    await putConfigFile(shape, configFile.data);
    return shape;
  }

  async function putConfigFile(service: TestService, data: (typeof goldenMaps)['configFile']['data']): Promise<void> {
    const { ConfigFileID, Revision, ConfigFileMeta, ConfigFileSpec } = data;
    if (service.dbType === 'k8sdb') {
      const label = `firecamp-configfile-${service.uuid}`;
      await world.api.admin('POST', `/api/v1/namespaces/${world.namespace}/configmaps`, {
        metadata: { name: `${label}-${ConfigFileID}`, labels: { firecamp: label } },
        data: { ...data, ServiceUUID: service.uuid },
      });
      return;
    }
    const client = new DynamoDBClient({ region: 'us-east-1', credentials: defaultPrincipal });
    const Item = {
      PartitionKey: { S: `ConfigKey-${service.uuid}` },
      SortKey: { S: ConfigFileID },
      Revision: { N: Revision },
      ConfigFileMeta: { B: Buffer.from(ConfigFileMeta) },
      ConfigFileSpec: { B: Buffer.from(ConfigFileSpec) },
    };
    await client.send(new PutItemCommand({ TableName: 'e2e-firecamp-table', Item }));
    client.destroy();
  }
}
