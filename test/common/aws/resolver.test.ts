import { test } from 'tap';
import { DnsResolver } from '../../../common/aws/resolver.ts';
import { type DnsOptions, startDns } from '../../cloud/dns/dns-server.ts';
import { rejectionOf } from '../../rejection.ts';
import { awsRig, zoneId } from './aws-rig.ts';

const name = 'redis-0.demo-firecamp.com';

async function dnsRig(t: Parameters<typeof awsRig>[0], options: DnsOptions = {}) {
  const rig = await awsRig(t);
  rig.cloud.route53.insyncMs = 0;
  const dns = await startDns(rig.cloud.route53, '127.0.0.1', options);
  t.teardown(() => dns.close());
  return { ...rig, dns, resolver: new DnsResolver([dns.address]) };
}

test('answers with the addresses of the record, and with none where there is no name', async (t) => {
  const { aws, live, resolver } = await dnsRig(t);
  t.strictSame(await resolver.resolve4(name, live), []);
  await aws.names.replace(zoneId, undefined, { name, ttlSeconds: 5, values: ['10.0.1.200'] }, live);
  t.strictSame(await resolver.resolve4(name, live), ['10.0.1.200']);
});

test('does not take a broken resolver for a name that does not exist', async (t) => {
  const { dns, live, resolver } = await dnsRig(t);
  dns.failure = 'servfail';
  t.match(await rejectionOf(resolver.resolve4(name, live)), {
    code: 'FC-DNS-001',
    effect: 'none',
    transient: true,
    message: new RegExp(`ESERVFAIL.*${dns.address}`),
  });
});

test('stops waiting for a silent resolver when its caller does', async (t) => {
  const { dns, resolver } = await dnsRig(t);
  dns.failure = 'silent';
  const stop = new AbortController();
  const asked = rejectionOf(resolver.resolve4(name, { signal: stop.signal }));
  stop.abort(new Error('TERM'));
  t.match(await asked, { name: 'Interrupted', cause: { message: 'TERM' } });
  t.match(await rejectionOf(resolver.resolve4(name, { signal: stop.signal })), { name: 'Interrupted' });
});

test('refuses servers that are no addresses', (t) => {
  t.throws(() => new DnsResolver(['dns.example.com']), { code: 'FC-CFG-001', message: /dns\.example\.com/ });
  t.doesNotThrow(() => new DnsResolver(['10.0.0.2', '[fd00:ec2::253]:53', '127.0.0.1:5353']));
  t.end();
});
