import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  DetachNetworkInterfaceCommand,
} from '@aws-sdk/client-ec2';
import { type Test, test } from 'tap';
import { ManualClock } from '../clock.ts';
import { type CloudOptions, startCloud } from '../cloud.ts';
import { defaultPrincipal, type Topology, topology } from '../topology.ts';
import { ec2Client } from './sdk.ts';

const instanceId = 'i-00000000000000001';
const tags = { 'firecamp-cluster': 'demo' };

async function account(t: Test, options: CloudOptions = {}, parts: Partial<Topology> = {}) {
  const interfaces = [
    {
      id: 'eni-00000000000000001',
      mac: '02:00:00:00:00:01',
      subnetId: 'subnet-0a',
      primaryIp: '10.0.1.10',
      groups: ['sg-0nodes'],
      deviceIndex: 0,
    },
  ];
  const instances = [{ id: instanceId, type: 'm5.large', tags, interfaces }];
  const cloud = await startCloud(topology({ instances, ...parts }), options);
  const client = ec2Client(cloud);
  t.teardown(async () => {
    client.destroy();
    await cloud.close();
  });
  const create = async (more: { ClientToken?: string; Groups?: string[] } = {}) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const TagSpecifications = [{ ResourceType: 'network-interface' as const, Tags }];
    const made = await client.send(
      new CreateNetworkInterfaceCommand({ SubnetId: 'subnet-0a', TagSpecifications, ...more }),
    );
    return made.NetworkInterface?.NetworkInterfaceId ?? '';
  };
  const attach = (NetworkInterfaceId: string) =>
    client.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: instanceId, DeviceIndex: 1 }));
  const describe = async (id: string) => {
    const filter = { Filters: [{ Name: 'network-interface-id', Values: [id] }] };
    const { NetworkInterfaces = [] } = await client.send(new DescribeNetworkInterfacesCommand(filter));
    return NetworkInterfaces[0];
  };
  return { cloud, client, create, attach, describe };
}

test('the same client token makes one interface, and with other parameters is refused', async (t) => {
  const { create, cloud } = await account(t);
  const first = await create({ ClientToken: 'one', Groups: ['sg-0nodes'] });
  t.equal(await create({ ClientToken: 'one', Groups: ['sg-0nodes'] }), first);
  t.strictSame(cloud.ec2.interface(first)?.groups, ['sg-0nodes']);
  await t.rejects(create({ ClientToken: 'one' }), { name: 'IdempotentParameterMismatch' });
  t.not(await create({ ClientToken: 'two' }), first);
  await t.rejects(create({ Groups: ['sg-0elsewhere'] }), { name: 'InvalidGroup.NotFound' });
});

test('a new interface is seen late, and is in use while it is being attached and detached', async (t) => {
  const clock = new ManualClock();
  const { cloud, client, create, attach, describe } = await account(t, {
    clock,
    visibilityDelayMs: 500,
    attachmentMs: 2000,
  });
  const id = await create();
  t.equal(await describe(id), undefined);
  clock.advance(500);
  t.match(await describe(id), { Status: 'available', Attachment: undefined });
  const { AttachmentId } = await attach(id);
  t.match(await describe(id), { Status: 'in-use', Attachment: { Status: 'attaching' } });
  clock.advance(2000);
  t.match(await describe(id), { Attachment: { AttachmentId, Status: 'attached', NetworkCardIndex: 0 } });
  await client.send(new DetachNetworkInterfaceCommand({ AttachmentId }));
  t.match(await describe(id), { Attachment: { InstanceId: instanceId, Status: 'detaching' } });
  await t.rejects(client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })), {
    name: 'InvalidNetworkInterface.InUse',
  });
  await t.rejects(attach(id), { name: 'InvalidNetworkInterface.InUse' });
  clock.advance(2000);
  t.match(await describe(id), { Status: 'available', Attachment: undefined });
  await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }));
  t.equal(cloud.ec2.interface(id), undefined);
});

test('attaching and detaching is asked about for the interface and for its instance', async (t) => {
  const ofInterfaces = {
    Effect: 'Allow' as const,
    Action: '*',
    Resource: ['arn:aws:ec2:*:*:network-interface/*', 'arn:aws:ec2:*:*:subnet/*'],
  };
  const denied = { name: 'UnauthorizedOperation' };
  const account1 = async (Statement: readonly (typeof ofInterfaces)[]) => {
    const arn = 'arn:aws:iam::111122223333:user/one';
    return account(t, {}, { principals: [{ ...defaultPrincipal, arn, policy: { Version: '2012-10-17', Statement } }] });
  };
  const without = await account1([ofInterfaces]);
  await t.rejects(without.attach(await without.create()), denied);
  await t.rejects(without.create({ Groups: ['sg-0nodes'] }), denied);
  const ofInstances = { ...ofInterfaces, Action: 'ec2:AttachNetworkInterface', Resource: ['*'] };
  const attaching = await account1([ofInterfaces, ofInstances]);
  const { AttachmentId } = await attaching.attach(await attaching.create());
  await t.rejects(attaching.client.send(new DetachNetworkInterfaceCommand({ AttachmentId })), denied);
});
