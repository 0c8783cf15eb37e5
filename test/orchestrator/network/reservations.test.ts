import t, { test } from 'tap';
import { createReservation } from '../../../orchestrator/network/create-reservation.ts';
import { deleteReservation } from '../../../orchestrator/network/delete-reservation.ts';
import { listReservations } from '../../../orchestrator/network/list-reservations.ts';
import { startDynalite } from '../../../scripts/rig/dynalite.ts';
import { needs } from '../../../scripts/rig/requirements.ts';
import { samples } from '../../contract/sample-records.ts';
import { rejectionOf } from '../../rejection.ts';
import { fleetSubnet, fleetTopology } from '../fleet-topology.ts';
import { addFleet, apiOnly, orchestratorWorld, ownTags, type WorldOptions } from '../world.ts';

const [subnetA, subnetB, subnetC] = [fleetSubnet(0), fleetSubnet(1), fleetSubnet(2)];

if (await needs(t, 'kube-apiserver')) {
  const kube = await apiOnly(t);

  const world = async (test: Parameters<typeof orchestratorWorld>[0], options: WorldOptions = {}) => {
    await kube.admin('DELETE', '/api/v1/nodes');
    const made = await orchestratorWorld(test, kube, options);
    await addFleet(kube, made.account);
    const reserved = () => [...made.cloud.ec2.reservations.values()].map(({ subnetId, cidr }) => [subnetId, cidr]);
    return { ...made, reserved };
  };
  const none = { reservationTags: undefined };

  test('reserves a block of the subnet that the zone’s nodes are in, with the tags of this cluster’s records', async (t) => {
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined });
    // A second subnet of the zone, in which no node is.
    const [first] = fleet.subnets;
    const empty = { id: 'subnet-0empty', vpcId: first?.vpcId ?? '', cidr: '10.0.240.0/24', zone: 'us-east-1a' };
    const made = await world(t, { topology: { ...fleet, subnets: [...fleet.subnets, empty] } });
    const planned = await createReservation(made.operation({ dryRun: 'server' }), {
      zone: 'us-east-1a',
      addresses: 33,
    });
    t.match(planned, { id: undefined, subnetId: subnetA, cidr: '10.0.0.64/26', inUse: [], free: 64 });
    t.strictSame(made.reserved(), [], 'a dry run reserves nothing');
    const { id, changes } = await createReservation(made.operation(), { zone: 'us-east-1a', addresses: 33 });
    t.strictSame(changes, planned.changes);
    const [reservation] = made.cloud.ec2.reservations.values();
    t.match(reservation, { id, subnetId: subnetA, cidr: '10.0.0.64/26', type: 'explicit' });
    t.strictSame(Object.fromEntries(reservation?.tags ?? []), await ownTags(kube, made.settings));
    await createReservation(made.operation(), { zone: 'us-east-1a', addresses: 33 });
    await createReservation(made.operation(), { cidr: '10.0.240.128/25' });
    t.strictSame(made.reserved().slice(1), [
      [subnetA, '10.0.0.128/26'],
      ['subnet-0empty', '10.0.240.128/25'],
    ]);
  });

  test('reserves once although replies are lost and requests are throttled, and nothing when it is run again', async (t) => {
    const made = await world(t, none);
    const request = { subnetId: subnetB, cidr: '10.0.16.0/25' };
    made.cloud.faults.add({ operation: 'CreateSubnetCidrReservation', times: 1 }, { kind: 'throttle' });
    made.cloud.faults.add({ operation: 'CreateSubnetCidrReservation', times: 1 }, { kind: 'lose-reply' });
    const first = await createReservation(made.operation(), request);
    t.match(first.changes, [{ action: 'create', kind: 'reservation', name: '10.0.16.0/25' }]);
    // Of the 128 AWS keeps the first four, and two nodes are there.
    t.match(first, { inUse: ['10.0.16.10', '10.0.16.11'], free: 122 });
    const again = await createReservation(made.operation(), request);
    t.match(again, { id: first.id, changes: [{ action: 'keep' }] });
    t.strictSame(made.reserved(), [[subnetB, '10.0.16.0/25']]);
    t.equal(made.cloud.calls.of('ec2', 'CreateSubnetCidrReservation').length, 2);
  });

  test('refuses what it cannot know or cannot reserve, with every fault', async (t) => {
    const { operation } = await world(t, none);
    const refusal = (request: Parameters<typeof createReservation>[1]) =>
      rejectionOf(createReservation(operation(), request));
    t.match(await refusal({ cidr: '10.0.8.1/25', addresses: 0.5 }), {
      code: 'FC-NET-007',
      fields: {
        faults: [/^10\.0\.8\.1\/25 is no IPv4 range/, /^a range has its size/, /^0\.5 is no number of addresses/],
      },
    });
    t.match(await refusal({}), {
      message: 'The reservation cannot be reserved: a zone, a subnet or a range must be named.',
    });
    t.match(await refusal({ zone: 'us-east-1z' }), { code: 'FC-NET-002' });
    t.match(await refusal({ zone: 'us-east-1a', subnetId: subnetB }), {
      code: 'FC-NET-007',
      message: /in none of the subnets .*1a/,
    });
    t.match(await refusal({ cidr: '10.7.0.0/24' }), { code: 'FC-NET-007', message: /in none of the subnets/ });
    t.match(await refusal({ subnetId: subnetB, cidr: '10.0.0.0/24' }), { message: /not inside the subnet's range/ });
    t.match(await refusal({ zone: 'us-east-1a', addresses: 4096 }), { message: /no such block left/ });
  });

  test('lists what is reserved, for whom, and what members have of it, and gives back only what is ours and unused', async (t) => {
    const namespace = await kube.newNamespace();
    const settings = { cluster: 'demo', namespace, dbType: 'k8sdb' } as const;
    const tags = await ownTags(kube, settings);
    const reservations = [
      { id: 'scr-used', subnetId: subnetA, cidr: '10.0.8.0/29', tags },
      { id: 'scr-idle', subnetId: subnetA, cidr: '10.0.8.16/29', tags },
      { id: 'scr-plain', subnetId: subnetB, cidr: '10.0.24.0/28' },
      {
        id: 'scr-other',
        subnetId: subnetB,
        cidr: '10.0.24.16/28',
        tags: await ownTags(kube, { ...settings, namespace: 'x' }),
      },
    ];
    const fleet = fleetTopology({ cluster: 'demo', reservationTags: undefined });
    const made = await world(t, { namespace, topology: { ...fleet, reservations } });
    const { ports, operation, cloud } = made;
    const { signal } = operation();
    const { serviceUuid } = samples.service;
    await ports.store.create('service', { ...samples.service, cluster: 'demo' }, { signal });
    await ports.store.create('member', { ...samples.member, staticIp: '10.0.8.1' }, { signal });
    cloud.ec2.launchStranger(subnetA, { wantIp: '10.0.8.2' });
    const views = await listReservations(operation());
    t.match(views, [
      {
        subnetId: subnetA,
        zone: 'us-east-1a',
        usableNodes: 2,
        reservations: [
          {
            id: 'scr-used',
            own: true,
            whose: 'this cluster',
            size: 8,
            free: 6,
            members: [{ member: 'myredis-0', ip: '10.0.8.1' }],
          },
          { id: 'scr-idle', own: true, size: 8, free: 8, members: [] },
        ],
      },
      {
        subnetId: subnetB,
        reservations: [
          { id: 'scr-plain', own: false, whose: 'without a tag of firecamp', size: 16 },
          { id: 'scr-other', own: false, whose: 'of another: firecamp-records=k8sdb/x' },
        ],
      },
      { subnetId: subnetC, reservations: [] },
    ]);
    t.match(await rejectionOf(deleteReservation(operation(), 'scr-used')), {
      code: 'FC-NET-006',
      message: 'The reservation scr-used (10.0.8.0/29) has addresses of members: 10.0.8.1 of myredis-0.',
      fields: { services: ['myredis'] },
    });
    t.match(await rejectionOf(deleteReservation(operation(), 'scr-other')), {
      code: 'FC-NET-008',
      message: /for this cluster's members: it is of another: firecamp-records=k8sdb\/x\.$/,
    });
    await deleteReservation(operation({ dryRun: 'client' }), 'scr-idle');
    t.equal(cloud.ec2.reservations.size, 4, 'nothing was deleted so far');
    cloud.faults.add({ operation: 'DeleteSubnetCidrReservation', times: 1 }, { kind: 'lose-reply' });
    t.match(await deleteReservation(operation(), 'scr-idle'), { changes: [{ action: 'delete', name: 'scr-idle' }] });
    t.match(await deleteReservation(operation(), 'scr-idle'), { changes: [{ action: 'keep', name: 'scr-idle' }] });
    t.same([...cloud.ec2.reservations.keys()], ['scr-used', 'scr-plain', 'scr-other']);
    const [member] = await ports.store.list('member', { serviceUuid }, { signal });
    if (member) await ports.store.delete('member', member, { signal });
    t.match(await deleteReservation(operation(), 'scr-used'), { changes: [{ action: 'delete' }] });
  });

  test('reserves, lists and gives back before the table of the records exists', async (t) => {
    const dynalite = await startDynalite();
    t.teardown(() => dynalite.stop());
    process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynalite.url;
    const { operation, reserved } = await world(t, { ...none, dbType: 'clouddb' });
    const { id } = await createReservation(operation(), { zone: 'us-east-1c', addresses: 8 });
    t.match(await listReservations(operation()), [{}, {}, { reservations: [{ id, members: [], free: 8 }] }]);
    await deleteReservation(operation(), id ?? '');
    t.same(reserved(), []);
  });
}
