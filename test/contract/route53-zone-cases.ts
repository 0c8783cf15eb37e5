import {
  ChangeTagsForResourceCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  GetHostedZoneLimitCommand,
  ListHostedZonesByNameCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-route-53';
import { a, type Case, change, list } from './route53-case.ts';

/** Hosted zones, as the Route 53 API reference describes them. */
export const zoneCases: readonly Case[] = [
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
    title: 'tells how many records a zone has and may have',
    async run(t, zone) {
      const Type = 'MAX_RRSETS_BY_ZONE';
      const use = await zone.client.send(new GetHostedZoneLimitCommand({ HostedZoneId: zone.id, Type }));
      t.match(use, { Count: 2, Limit: { Type, Value: 10_000 } });
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
