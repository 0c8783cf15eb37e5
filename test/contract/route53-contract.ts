import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  ListTagsForResourceCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Test } from 'tap';

/** An implementation of Route 53 under test. */
export interface Route53Candidate {
  readonly client: Route53Client;
  /** a VPC that exists, for private zones */
  readonly vpc: { readonly VPCId: string; readonly VPCRegion: 'us-east-1' };
}

/** A zone made for one case. */
interface Zone extends Route53Candidate {
  readonly id: string;
  readonly name: string;
}

/** One thing that the documentation promises. */
interface Case {
  readonly title: string;
  readonly run: (t: Test, zone: Zone) => Promise<void>;
}

/**
 * What the programs need of Route 53, out of its API reference and developer guide; the same cases for every
 * implementation.
 *
 * @param lacking - titles of the cases that this implementation is known to fail; each is skipped by name, and one that
 *   is no case is a failure.
 */
export async function route53Contract(
  t: Test,
  candidate: Route53Candidate,
  lacking: readonly string[] = [],
): Promise<void> {
  t.strictSame(
    lacking.filter((title) => !cases.some((one) => one.title === title)),
    [],
    'every case left out exists',
  );
  for (const [index, { title, run }] of cases.entries()) {
    if (lacking.includes(title)) continue;
    await t.test(title, async (sub) => run(sub, await openZone(candidate, index)));
  }
}

async function openZone(candidate: Route53Candidate, index: number): Promise<Zone> {
  const name = `case-${index}.example.com`;
  const input = {
    Name: name,
    CallerReference: `case-${index}`,
    HostedZoneConfig: { PrivateZone: true },
    VPC: candidate.vpc,
  };
  const { HostedZone } = await candidate.client.send(new CreateHostedZoneCommand(input));
  return { ...candidate, id: HostedZone?.Id ?? '', name };
}

function a(action: 'CREATE' | 'DELETE' | 'UPSERT', name: string, values: readonly string[], ttl = 5): Change {
  const records = values.map((Value) => ({ Value }));
  return { Action: action, ResourceRecordSet: { Name: name, Type: 'A', TTL: ttl, ResourceRecords: records } };
}

function change({ client, id }: Zone, ...changes: Change[]) {
  return client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch: { Changes: changes } }));
}

function list({ client, id }: Zone, query: Partial<ListResourceRecordSetsCommandInput> = {}) {
  return client.send(new ListResourceRecordSetsCommand({ HostedZoneId: id, ...query }));
}

/** The A records of the zone: name to values. */
async function addresses(zone: Zone): Promise<Record<string, (string | undefined)[]>> {
  const { ResourceRecordSets: sets = [] } = await list(zone);
  const records = sets.filter(({ Type }) => Type === 'A');
  return Object.fromEntries(records.map((set) => [set.Name, set.ResourceRecords?.map(({ Value }) => Value) ?? []]));
}

const cases: readonly Case[] = [
  {
    title: 'makes a private zone with SOA and NS, known by its id with and without the prefix',
    async run(t, zone) {
      t.match(zone.id, /^\/hostedzone\/[A-Z0-9]+$/);
      const bare = zone.id.replace('/hostedzone/', '');
      for (const Id of [zone.id, bare]) {
        const reply = await zone.client.send(new GetHostedZoneCommand({ Id }));
        t.match(reply.HostedZone, { Name: `${zone.name}.`, Config: { PrivateZone: true }, ResourceRecordSetCount: 2 });
        t.match(reply.VPCs, [zone.vpc]);
      }
      const types = (await list(zone)).ResourceRecordSets?.map(({ Type }) => Type);
      t.strictSame(types?.sort(), ['NS', 'SOA']);
    },
  },
  {
    title: 'finds a zone by name as the first of those at or after it',
    async run(t, zone) {
      const reply = await zone.client.send(new ListHostedZonesByNameCommand({ DNSName: zone.name, MaxItems: 1 }));
      t.match(reply.HostedZones, [{ Id: zone.id, Name: `${zone.name}.` }]);
    },
  },
  {
    title: 'creates a record and gives its name back with a trailing dot',
    async run(t, zone) {
      const { ChangeInfo } = await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.200']));
      t.match(ChangeInfo?.Id, /^\/change\/C/);
      t.strictSame(await addresses(zone), { [`m-0.${zone.name}.`]: ['10.0.1.200'] });
    },
  },
  {
    title: 'replaces TTL and values by UPSERT',
    async run(t, zone) {
      await change(zone, a('UPSERT', `m-0.${zone.name}`, ['10.0.1.11'], 60));
      await change(zone, a('UPSERT', `m-0.${zone.name}`, ['10.0.1.12'], 5));
      const { ResourceRecordSets } = await list(zone, { StartRecordName: `m-0.${zone.name}`, StartRecordType: 'A' });
      t.match(ResourceRecordSets, [{ TTL: 5, ResourceRecords: [{ Value: '10.0.1.12' }] }]);
    },
  },
  {
    title: 'starts a list at or after the name that was asked for',
    async run(t, zone) {
      await change(zone, a('CREATE', `m-1.${zone.name}`, ['10.0.1.11']));
      const { ResourceRecordSets } = await list(zone, { StartRecordName: `m-0.${zone.name}`, StartRecordType: 'A' });
      t.match(ResourceRecordSets, [{ Name: `m-1.${zone.name}.` }]);
    },
  },
  {
    title: 'pages a list to its end',
    async run(t, zone) {
      const wanted = [0, 1, 2, 3, 4].map((n) => `m-${n}.${zone.name}`);
      await change(zone, ...wanted.map((name) => a('CREATE', name, ['10.0.1.11'])));
      const seen: (string | undefined)[] = [];
      let query: Partial<ListResourceRecordSetsCommandInput> | undefined = { MaxItems: 2 };
      while (query !== undefined) {
        const page = await list(zone, query);
        seen.push(...(page.ResourceRecordSets ?? []).map(({ Name, Type }) => (Type === 'A' ? Name : undefined)));
        const next = { MaxItems: 2, StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType };
        query = page.IsTruncated === true ? next : undefined;
      }
      t.strictSame(
        seen.filter((name) => name !== undefined),
        wanted.map((name) => `${name}.`),
      );
      t.equal(seen.length, 7);
    },
  },
  {
    title: 'deletes a record on its exact values',
    async run(t, zone) {
      await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']));
      await change(zone, a('DELETE', `m-0.${zone.name}`, ['10.0.1.11']));
      t.strictSame(await addresses(zone), {});
    },
  },
  {
    title: 'refuses to delete what is not there',
    async run(t, zone) {
      const lost = change(zone, a('DELETE', `m-0.${zone.name}`, ['10.0.1.11']));
      await t.rejects(lost, { name: 'InvalidChangeBatch', message: /not found/ });
    },
  },
  {
    title: 'refuses to delete on another value or TTL than the current ones',
    async run(t, zone) {
      await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']));
      const stale = change(zone, a('DELETE', `m-0.${zone.name}`, ['10.0.1.12']));
      await t.rejects(stale, { name: 'InvalidChangeBatch', message: /do not match the current values/ });
      const otherTtl = change(zone, a('DELETE', `m-0.${zone.name}`, ['10.0.1.11'], 6));
      await t.rejects(otherTtl, { name: 'InvalidChangeBatch', message: /do not match the current values/ });
    },
  },
  {
    title: 'refuses to create a record that is there',
    async run(t, zone) {
      await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']));
      const again = change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.12']));
      await t.rejects(again, { name: 'InvalidChangeBatch', message: /already exists/ });
    },
  },
  {
    title: 'lets one of two compare-and-sets from the same value win',
    async run(t, zone) {
      const name = `m-0.${zone.name}`;
      await change(zone, a('CREATE', name, ['10.0.1.11']));
      const swap = (value: string) => change(zone, a('DELETE', name, ['10.0.1.11']), a('CREATE', name, [value]));
      await swap('10.0.1.12');
      await t.rejects(swap('10.0.1.13'), { name: 'InvalidChangeBatch' });
      t.strictSame(await addresses(zone), { [`${name}.`]: ['10.0.1.12'] });
    },
  },
  {
    title: 'applies nothing of a batch with a refused change',
    async run(t, zone) {
      const batch = [a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']), a('DELETE', `m-1.${zone.name}`, ['10.0.1.12'])];
      await t.rejects(change(zone, ...batch), { name: 'InvalidChangeBatch' });
      t.strictSame(await addresses(zone), {});
    },
  },
  {
    title: 'takes names without regard to case and gives them back in lower case',
    async run(t, zone) {
      await change(zone, a('CREATE', `M-0.${zone.name.toUpperCase()}`, ['10.0.1.11']));
      t.strictSame(await addresses(zone), { [`m-0.${zone.name}.`]: ['10.0.1.11'] });
      await change(zone, a('UPSERT', `m-0.${zone.name}`, ['10.0.1.12']));
      t.strictSame(await addresses(zone), { [`m-0.${zone.name}.`]: ['10.0.1.12'] });
    },
  },
  {
    title: 'gives an asterisk back as \\052',
    async run(t, zone) {
      await change(zone, a('CREATE', `*.${zone.name}`, ['10.0.1.11']));
      t.strictSame(await addresses(zone), { [`\\052.${zone.name}.`]: ['10.0.1.11'] });
    },
  },
  {
    title: 'refuses a record outside the zone',
    async run(t, zone) {
      const foreign = change(zone, a('CREATE', 'm-0.example.net', ['10.0.1.11']));
      await t.rejects(foreign, { name: 'InvalidChangeBatch', message: /not permitted in zone/ });
    },
  },
  {
    title: 'tells the state of a change',
    async run(t, zone) {
      const { ChangeInfo } = await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']));
      const reply = await zone.client.send(new GetChangeCommand({ Id: ChangeInfo?.Id }));
      t.match(reply.ChangeInfo, { Status: /^(PENDING|INSYNC)$/, SubmittedAt: Date });
      // The API reference shows the id both with and without its prefix.
      const bare = (Id = '') => Id.replace('/change/', '');
      t.equal(bare(reply.ChangeInfo?.Id), bare(ChangeInfo?.Id));
    },
  },
  {
    title: 'knows no change of a made-up id',
    async run(t, zone) {
      await t.rejects(zone.client.send(new GetChangeCommand({ Id: 'C0000000000MADEUP' })), { name: 'NoSuchChange' });
    },
  },
  {
    title: 'knows no zone of a made-up id',
    async run(t, zone) {
      const nowhere = { ...zone, id: 'Z0000000000MADEUP' };
      await t.rejects(list(nowhere), { name: 'NoSuchHostedZone', $metadata: { httpStatusCode: 404 } });
    },
  },
  {
    title: 'deletes a zone only when nothing but SOA and NS is left',
    async run(t, zone) {
      const remove = () => zone.client.send(new DeleteHostedZoneCommand({ Id: zone.id }));
      await change(zone, a('CREATE', `m-0.${zone.name}`, ['10.0.1.11']));
      await t.rejects(remove(), { name: 'HostedZoneNotEmpty' });
      await change(zone, a('DELETE', `m-0.${zone.name}`, ['10.0.1.11']));
      t.match(await remove(), { ChangeInfo: { Id: /^\/change\/C/ } });
      await t.rejects(zone.client.send(new GetHostedZoneCommand({ Id: zone.id })), { name: 'NoSuchHostedZone' });
    },
  },
  {
    title: 'keeps the tags of a zone',
    async run(t, zone) {
      const resource = { ResourceType: 'hostedzone' as const, ResourceId: zone.id.replace('/hostedzone/', '') };
      const tags = [
        { Key: 'cluster', Value: 'demo' },
        { Key: 'other', Value: 'x' },
      ];
      await zone.client.send(new ChangeTagsForResourceCommand({ ...resource, AddTags: tags }));
      await zone.client.send(new ChangeTagsForResourceCommand({ ...resource, RemoveTagKeys: ['other'] }));
      const { ResourceTagSet } = await zone.client.send(new ListTagsForResourceCommand(resource));
      t.strictSame(ResourceTagSet?.Tags, [{ Key: 'cluster', Value: 'demo' }]);
    },
  },
];
