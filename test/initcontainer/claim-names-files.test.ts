import { test } from 'tap';
import { FirecampError, RequestFailedError } from '../../common/domain/errors.ts';
import { samples, serviceUuid } from '../contract/sample-records.ts';
import { throttled } from '../fakes/failures.ts';
import { dnsName, ip, memberName, World } from '../fakes/world.ts';
import { startClaim } from './claim-run.ts';

const signal = new AbortController().signal;
const silent = new RequestFailedError('FC-DNS-001', 'no answer', { effect: 'none', transient: true });

test('asks Route 53 nothing when the resolver has the name of a static member right', async (t) => {
  const world = await new World().seed();
  t.match(await startClaim(world).done, { name: 'resolved' });
  t.equal(world.script.count('dns.find'), 0);
});

test('mends the name of a static member that is wrong, and does not wait for INSYNC', async (t) => {
  const world = await new World().seed();
  world.names.put(dnsName, '10.0.1.99');
  t.match(await startClaim(world).done, { name: 'changed' });
  t.strictSame(world.names.records.get(dnsName)?.values, [ip]);
  t.equal(world.script.count('dns.isInSync'), 0);
});

test('changes no name when only the resolver’s cache is wrong', async (t) => {
  const world = await new World().seed();
  world.names.visible.set(dnsName, ['10.0.1.99']);
  t.match(await startClaim(world).done, { name: 'agrees' });
  t.equal(world.script.count('dns.replace'), 0);
});

test('DNS trouble of a static member warns and never blocks: neither a refusal nor silence', async (t) => {
  const refused = await new World().seed();
  refused.script.next('resolver.resolve4', { fails: silent });
  refused.script.next('dns.find', { fails: new FirecampError('FC-AWS-001', 'not authorized') });
  t.match(await startClaim(refused).done, { ip, name: 'unsettled' });
  t.match(refused.log.of('warn'), ['the name of the member could not be checked or mended']);

  const slow = await new World().seed();
  slow.script.next('resolver.resolve4', { takesMs: 60_000 });
  t.match(await startClaim(slow).done, { ip, name: 'unsettled' });
  t.ok(slow.clock.monotonic() < 10_000, 'it is not waited for');
});

test('leaves the name alone when the service registers none', async (t) => {
  const world = await new World().seed({ attr: { registerDns: false } });
  t.match(await startClaim(world).done, { name: 'unregistered' });
  t.equal(world.script.count('resolver.resolve4'), 0);
});

test('points the name of a member without a static IP at its node, and ends only when INSYNC and the resolver say so', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.names.put(dnsName, '10.0.1.6');
  const result = await startClaim(world).done;
  t.match(result, { ip: undefined, epoch: undefined, name: 'changed' });
  t.strictSame(world.names.visible.get(dnsName), ['10.0.1.5']);
  t.ok(world.clock.monotonic() >= world.names.insyncMs);
  t.equal(world.script.count('ec2.assign') + world.script.count('lock.acquire'), 0);
});

test('makes the name of a new member before anybody asks for it, so that no resolver remembers its absence', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.names.records.clear();
  world.names.visible.clear();
  await startClaim(world).done;
  const calls = world.script.only('dns.replace', 'resolver.resolve4');
  t.equal(calls[0], 'dns.replace 10.0.1.5');
});

test('takes HOST_IP before the pod’s status for the address of the node', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  await startClaim(world, world.a, 1, { HOST_IP: '10.0.1.77' }).done;
  t.strictSame(world.names.visible.get(dnsName), ['10.0.1.77']);
});

test('says which of its sources lacks the address of the node when both do', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.pods.put(memberName, world.pod(1, { hostIp: undefined }));
  await t.rejects(startClaim(world).done, { code: 'FC-CFG-001', message: /HOST_IP.*status\.hostIP/ });
});

test('puts its change of the name on top of somebody else’s, and takes its own for done when the answer was lost', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.script.next('dns.replace', { first: () => world.names.put(dnsName, '10.0.1.8') });
  t.match(await startClaim(world).done, { name: 'changed' });
  t.strictSame(world.names.records.get(dnsName)?.values, ['10.0.1.5']);

  const lost = await new World().seed({ staticIp: '' });
  lost.script.next('dns.replace', { fails: throttled, effect: 'done' });
  t.match(await startClaim(lost).done, { name: 'agrees' });
});

test('gives up when somebody changes the name again and again', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  const rivals = Array.from({ length: 5 }, (_, at) => ({ first: () => world.names.put(dnsName, `10.0.2.${at}`) }));
  world.script.next('dns.replace', ...rivals);
  await t.rejects(startClaim(world).done, { code: 'FC-CLM-006', message: /again and again/ });
});

test('says that Route 53 is not in sync when it is not in five minutes', async (t) => {
  const world = await new World().seed({ staticIp: '' });
  world.names.insyncMs = 1_000_000;
  const env = { FIRECAMP_CLAIM_TIMEOUT: '3600' };
  await t.rejects(startClaim(world, world.a, 1, env).done, { code: 'FC-CLM-006', message: /PENDING/ });
});

const service = { fileName: 'redis.conf', fileId: 'of-service', fileMd5: '' };
const extra = { fileName: 'sys.conf', fileId: 'extra', fileMd5: '' };

async function withFiles(...files: readonly { fileId: string; fileName: string; content: string }[]): Promise<World> {
  const world = await new World().seed({ attr: { configs: [service, extra] } });
  for (const file of files) {
    await world.store.direct.create('configFile', { ...samples.configFile, serviceUuid, ...file }, { signal });
  }
  return world;
}

test('writes the config files with their modes after the address is settled, and leaves right ones alone', async (t) => {
  const world = await withFiles(
    { fileId: 'of-service', fileName: 'redis.conf', content: 'a' },
    { fileId: 'extra', fileName: 'sys.conf', content: 'b' },
  );
  t.match(await startClaim(world).done, { filesWritten: ['redis.conf', 'sys.conf'] });
  t.strictSame(world.a.files.configs.get('redis.conf'), { name: 'redis.conf', mode: 0o600, content: 'a' });
  const order = world.script.only('store.update', 'files.writeConfig');
  t.equal(order.indexOf('store.update owned 1') < order.indexOf('files.writeConfig redis.conf'), true);
  t.match(await startClaim(world).done, { filesWritten: [] });
});

test('the member’s own config file stands before the service’s of the same name', async (t) => {
  const world = await withFiles(
    { fileId: 'of-service', fileName: 'redis.conf', content: 'of the service' },
    { fileId: 'extra', fileName: 'sys.conf', content: 'b' },
    { fileId: 'of-member', fileName: 'redis.conf', content: 'of the member' },
  );
  const key = { serviceUuid, memberName };
  const member = await world.store.direct.get('member', key, { signal });
  const configs = [{ fileName: 'redis.conf', fileId: 'of-member', fileMd5: '' }];
  await world.store.direct.update('member', member, { ...member.record, configs }, { signal });
  await startClaim(world).done;
  t.equal(world.a.files.configs.get('redis.conf')?.content, 'of the member');
});

test('a config file that is missing or named otherwise ends the claim before anything is touched', async (t) => {
  const missing = await withFiles({ fileId: 'of-service', fileName: 'redis.conf', content: 'a' });
  await t.rejects(startClaim(missing).done, { code: 'FC-REC-001' });
  const renamed = await withFiles(
    { fileId: 'of-service', fileName: 'other.conf', content: 'a' },
    { fileId: 'extra', fileName: 'sys.conf', content: 'b' },
  );
  await t.rejects(startClaim(renamed).done, { code: 'FC-REC-002', message: /"other\.conf".*"redis\.conf"/ });
  for (const world of [missing, renamed]) {
    t.equal(world.script.count('store.update') + world.script.count('ec2.assign'), 0);
  }
});

test('takes a member that lost its address, of a service that requires one, for a broken record and leaves its name alone', async (t) => {
  const world = await new World().seed({ staticIp: '', attr: { requireStaticIp: true } });
  await t.rejects(startClaim(world).done, { code: 'FC-REC-002', message: new RegExp(`${memberName}.*no static IP`) });
  t.equal(world.script.count('dns.replace'), 0);
});
