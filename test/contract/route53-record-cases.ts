import { GetChangeCommand, type ListResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import { a, addresses, type Case, change, list } from './route53-case.ts';

/** Record sets and changes, as the Route 53 API reference describes them. */
export const recordCases: readonly Case[] = [
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
];
