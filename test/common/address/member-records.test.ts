import { test } from 'tap';
import { readMember } from '../../../common/address/member-records.ts';
import { maxRecordAgeMs, notLate } from '../../../common/address/no-late-requests.ts';
import { joinInterfaces } from '../../../common/address/own-interfaces.ts';
import { routeTableBase, sourceRouteFor } from '../../../common/address/source-route.ts';
import { serviceUuid } from '../../contract/sample-records.ts';
import { ManualClock } from '../../fakes/manual-clock.ts';
import { memberName, World } from '../../fakes/world.ts';

const signal = new AbortController().signal;
const name = { cluster: 'prod', serviceName: 'myredis', memberName, namespace: 'redis', serviceUuid: undefined };

test('reads a member with one look-up more when the UUID of its service is not known', async (t) => {
  const world = await new World().seed();
  await readMember(world.a.ports, { ...name, serviceUuid }, signal);
  t.equal(world.script.count('store.get.service'), 0);
  t.match(await readMember(world.a.ports, name, signal), { member: { memberName }, attr: { serviceUuid } });
  t.equal(world.script.count('store.get.service'), 1);
});

test('refuses a UUID that belongs to another service, and a service of another namespace; one of FireCamp has none', async (t) => {
  const world = await new World().seed();
  await t.rejects(readMember(world.a.ports, { ...name, serviceUuid, serviceName: 'other' }, signal), {
    code: 'FC-REC-008',
  });
  await t.rejects(readMember(world.a.ports, { ...name, namespace: 'other' }, signal), { code: 'FC-REC-008' });
  const old = await new World().seed({ attr: { namespace: undefined } });
  t.match(await readMember(old.a.ports, { ...name, namespace: 'other' }, signal), { attr: { serviceUuid } });
});

test('takes for its own only interfaces that metadata, host and EC2 know under the same id', async (t) => {
  const world = new World();
  const [ec2] = world.ec2.interfacesOf('i-a');
  if (ec2 === undefined) throw new Error('the world has no eni-a');
  const [own] = await world.a.metadata.interfaces([ec2.mac], { signal });
  if (own === undefined) throw new Error('the metadata has no eni-a');
  const links = [{ name: 'eth0', mac: ec2.mac, up: true }];
  t.match(joinInterfaces(links, [own], [ec2]), [{ id: 'eni-a', linkName: 'eth0', subnetCidr: '10.0.1.0/24' }]);
  t.same(joinInterfaces([], [own], [ec2]), [], 'the host has no such link');
  t.same(joinInterfaces(links, [], [ec2]), [], 'the same MAC in another VPC');
  t.same(joinInterfaces(links, [own], [{ ...ec2, id: 'eni-elsewhere' }]), [], 'EC2 describes another of that MAC');
});

test('lets a request go up to two seconds after the record was seen, and none after', async (t) => {
  const clock = new ManualClock();
  const check = notLate(clock, clock.monotonic());
  await clock.sleep(maxRecordAgeMs, { signal });
  t.doesNotThrow(check);
  await clock.sleep(1, { signal });
  t.throws(check, { code: 'FC-CLM-006', message: /nothing was sent/ });
});

test('gives a way back to an address on any interface but the primary, each in a table of its own', async (t) => {
  const one = { linkName: 'eth1', deviceNumber: 1, subnetCidr: '10.0.1.0/24' };
  t.strictSame(sourceRouteFor('10.0.1.21', one), {
    ip: '10.0.1.21',
    linkName: 'eth1',
    gateway: '10.0.1.1',
    subnetCidr: '10.0.1.0/24',
    table: routeTableBase + 1,
  });
  t.equal(sourceRouteFor('10.0.1.21', { ...one, deviceNumber: 0 }), undefined);
});
