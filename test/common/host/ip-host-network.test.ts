import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { HostNetwork, SourceRoute } from '../../../common/ports/host.ts';
import { enterNamespace } from '../../../scripts/rig/network/namespace.ts';

const use = await enterNamespace();
// After the re-execution, so that only the process inside reports tests.
const { default: t } = await import('tap');
const { IpHostNetwork } = await import('../../../common/host/ip-host-network.ts');
const { FirecampError } = await import('../../../common/domain/errors.ts');

// Many short processes, which a busy machine starts slowly.
t.setTimeout(180_000);
if (!use.ok) {
  t.plan(0, use.why);
  process.exit(0);
}

const options = { signal: new AbortController().signal };
const host: HostNetwork = new IpHostNetwork();
const memberIp = '10.0.1.50';
const route: SourceRoute = {
  ip: memberIp,
  linkName: 'ens6',
  gateway: '10.0.1.1',
  subnetCidr: '10.0.1.0/24',
  table: 10007,
};

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8' });
}

/** Everything that an address can leave behind; without the lifetimes, which run. */
function snapshot(): string {
  const parts = [ip('-4', 'rule', 'show'), ip('-4', 'route', 'show', 'table', 'all'), ip('-4', 'address', 'show')];
  return parts.join('\n').replaceAll(/valid_lft \S+ preferred_lft \S+/g, '');
}

function freshLinks(): void {
  for (const link of ['ens5', 'ens6']) {
    try {
      ip('link', 'del', link);
    } catch {
      // First test: nothing there yet.
    }
  }
  ip('link', 'add', 'ens5', 'address', '02:00:00:00:00:05', 'type', 'veth', 'peer', 'name', 'peer5');
  ip('link', 'add', 'ens6', 'address', '02:00:00:00:00:06', 'type', 'veth', 'peer', 'name', 'peer6');
  ip('link', 'set', 'peer5', 'up');
  ip('link', 'set', 'peer6', 'up');
  ip('link', 'set', 'ens5', 'up');
  ip('address', 'add', '10.0.1.10/24', 'dev', 'ens5');
  ip('route', 'add', 'default', 'via', '10.0.1.1', 'dev', 'ens5');
}

t.beforeEach(freshLinks);

t.test('lists Ethernet links with MAC and state, and leaves out the loopback', async (t) => {
  const links = await host.links(options);
  t.match(
    links.filter((link) => link.name.startsWith('ens')),
    [
      { name: 'ens5', mac: '02:00:00:00:00:05', up: true },
      { name: 'ens6', mac: '02:00:00:00:00:06', up: false },
    ],
  );
  t.notOk(links.some((link) => link.name === 'lo'));
});

t.test('puts the address as a deprecated /32 with a lifetime on a link that was down and bare', async (t) => {
  await host.attach(memberIp, 'ens6', 120, options);
  const shown = ip('-4', 'address', 'show', 'dev', 'ens6');
  t.match(shown, /inet 10\.0\.1\.50\/32 scope global deprecated/);
  t.match(shown, /valid_lft (120|119)sec preferred_lft 0sec/);
  t.match(ip('link', 'show', 'ens6'), /[<,]UP[,>]/);
  t.equal(await host.findAddress(memberIp, options), 'ens6');
});

t.test('renews the lifetime of an address that is there, without a second one', async (t) => {
  await host.attach(memberIp, 'ens5', 60, options);
  await host.attach(memberIp, 'ens5', 300, options);
  const shown = ip('-4', 'address', 'show', 'dev', 'ens5');
  t.equal(shown.match(/10\.0\.1\.50/g)?.length, 1);
  t.match(shown, /valid_lft (300|299)sec/);
});

t.test('moves the address from another link of the host', async (t) => {
  await host.attach(memberIp, 'ens5', 60, options);
  await host.attach(memberIp, 'ens6', 60, options);
  t.notMatch(ip('-4', 'address', 'show', 'dev', 'ens5'), memberIp);
  t.equal(await host.findAddress(memberIp, options), 'ens6');
});

t.test('lets the kernel drop the address when nobody renews it', async (t) => {
  await host.attach(memberIp, 'ens6', 1, options);
  const until = Date.now() + 10_000;
  while ((await host.findAddress(memberIp, options)) !== undefined && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  t.equal(await host.findAddress(memberIp, options), undefined);
});

t.test('is never the source of traffic to elsewhere beside a primary address', async (t) => {
  await host.attach(memberIp, 'ens5', 60, options);
  for (const target of ['10.0.1.77', '192.0.2.1']) t.match(ip('route', 'get', target), /src 10\.0\.1\.10 /);
});

t.test(
  'takes an address that another program put there as secondary with the subnet prefix, and makes it its own',
  async (t) => {
    ip('address', 'add', `${memberIp}/24`, 'dev', 'ens5');
    t.equal(await host.findAddress(memberIp, options), 'ens5');
    await host.attach(memberIp, 'ens5', 60, options);
    const shown = ip('-4', 'address', 'show', 'dev', 'ens5');
    t.match(shown, '10.0.1.50/32');
    t.notMatch(shown, '10.0.1.50/24');
    t.equal(await host.detach(memberIp, options), true);
    t.equal(await host.findAddress(memberIp, options), undefined);
  },
);

t.test('never disturbs a primary address, whether it attaches or detaches the same one', async (t) => {
  ip('address', 'add', '10.0.1.99/24', 'dev', 'ens5');
  const before = snapshot();
  await host.attach('10.0.1.10', 'ens5', 60, options);
  t.match(ip('-4', 'address', 'show', 'dev', 'ens5'), '10.0.1.10/24');
  t.equal(await host.detach('10.0.1.10', options), true);
  t.equal(snapshot(), before);
  t.equal(await host.detach('10.0.1.10', options), false);
  t.equal(snapshot(), before);
});

t.test('leaves other addresses alone that begin with the same digits', async (t) => {
  ip('address', 'add', '10.0.1.5/32', 'dev', 'ens5');
  ip('address', 'add', '10.0.1.51/32', 'dev', 'ens5');
  await host.attach(memberIp, 'ens5', 60, options);
  await host.detach(memberIp, options);
  const shown = ip('-4', 'address', 'show', 'dev', 'ens5');
  t.match(shown, '10.0.1.5/32');
  t.match(shown, '10.0.1.51/32');
});

t.test('says whether there was something to detach', async (t) => {
  await host.attach(memberIp, 'ens6', 60, options);
  t.equal(await host.detach(memberIp, options), true);
  t.equal(await host.detach(memberIp, options), false);
});

t.test('makes one rule and its routes however often it is asked, marked as the kernel’s', async (t) => {
  await host.attach(memberIp, 'ens6', 60, options);
  await host.addSourceRoute(route, options);
  await host.addSourceRoute(route, options);
  const rules = ip('-d', '-N', 'rule', 'show').split('\n');
  t.equal(rules.filter((rule) => rule.includes(memberIp)).length, 1);
  t.match(
    rules.find((rule) => rule.includes(memberIp)),
    /^768:\s+from 10\.0\.1\.50 lookup 10007 proto 2/,
  );
  const routes = ip('route', 'show', 'table', '10007');
  t.match(routes, /default via 10\.0\.1\.1 dev ens6 proto kernel/);
  t.match(routes, /10\.0\.1\.0\/24 dev ens6 proto kernel scope link/);
  t.match(ip('route', 'get', '192.0.2.1', 'from', memberIp), /via 10\.0\.1\.1 dev ens6/);
  t.match(ip('route', 'get', '192.0.2.1'), /dev ens5/);
});

t.test('two processes that add the same rule at once make one', async (t) => {
  await host.attach(memberIp, 'ens6', 60, options);
  await Promise.all(Array.from({ length: 6 }, () => host.addSourceRoute(route, options)));
  t.equal(ip('rule', 'show').split(memberIp).length, 2);
  await Promise.all(Array.from({ length: 6 }, () => host.removeSourceRoutes(memberIp, options)));
  t.notMatch(ip('rule', 'show'), memberIp);
});

t.test('leaves no trace of address, rules and routes', async (t) => {
  ip('link', 'set', 'ens6', 'up');
  const before = snapshot();
  await host.attach(memberIp, 'ens6', 60, options);
  await host.addSourceRoute(route, options);
  t.not(snapshot(), before);
  await host.removeSourceRoutes(memberIp, options);
  await host.detach(memberIp, options);
  t.equal(snapshot(), before);
  await host.removeSourceRoutes(memberIp, options);
  t.equal(snapshot(), before);
});

t.test('keeps the table for a second address of the interface until its rule goes too', async (t) => {
  const other = { ...route, ip: '10.0.1.51' };
  await host.attach(memberIp, 'ens6', 60, options);
  await host.addSourceRoute(route, options);
  await host.addSourceRoute(other, options);
  await host.removeSourceRoutes(memberIp, options);
  t.match(ip('route', 'show', 'table', '10007'), 'default via');
  await host.removeSourceRoutes(other.ip, options);
  t.notMatch(ip('-N', 'route', 'show', 'table', 'all'), '10007');
});

t.test('follows the address to another interface: the old table’s rule and routes go', async (t) => {
  await host.attach(memberIp, 'ens6', 60, options);
  await host.addSourceRoute(route, options);
  await host.addSourceRoute({ ...route, linkName: 'ens5', table: 10008 }, options);
  t.match(ip('-N', 'rule', 'show'), /from 10\.0\.1\.50 lookup 10008/);
  t.notMatch(ip('-N', 'rule', 'show'), 'lookup 10007');
  await host.removeSourceRoutes(memberIp, options);
});

t.test('leaves rules alone that somebody else made for the address', async (t) => {
  ip('rule', 'add', 'from', memberIp, 'lookup', '10001', 'priority', '10001');
  await host.removeSourceRoutes(memberIp, options);
  t.match(ip('rule', 'show'), /10001:\s+from 10\.0\.1\.50/);
  ip('rule', 'del', 'from', memberIp, 'lookup', '10001', 'priority', '10001');
});

t.test('leaves the routes of another program in the same table', async (t) => {
  await host.attach(memberIp, 'ens6', 60, options);
  ip('route', 'add', '192.0.2.0/24', 'via', '10.0.1.1', 'dev', 'ens6', 'onlink', 'table', '10007');
  await host.addSourceRoute(route, options);
  await host.removeSourceRoutes(memberIp, options);
  t.match(ip('route', 'show', 'table', '10007'), /^192\.0\.2\.0\/24 via 10\.0\.1\.1 dev ens6 onlink\s*$/);
});

t.test('removes a rule whose table never had a route', async (t) => {
  const rule = ['from', memberIp, 'lookup', '10055', 'priority', '768', 'protocol', 'kernel'];
  ip('rule', 'add', ...rule);
  await host.removeSourceRoutes(memberIp, options);
  t.notMatch(ip('rule', 'show'), memberIp);
});

t.test('refuses the kernel’s own tables, which it would empty afterwards', async (t) => {
  for (const table of [0, 253, 254, 255, -1, 1.5]) {
    await t.rejects(host.addSourceRoute({ ...route, table }, options), { code: 'FC-HST-001' });
  }
});

t.test('finds no VPC CNI on a bare node, and one by its rule, its pods’ links or its port', async (t) => {
  t.equal(await host.vpcCni(options), 'absent');
  ip('rule', 'add', 'fwmark', '0x80/0x80', 'lookup', 'main', 'priority', '1024');
  t.equal(await host.vpcCni(options), 'present');
  ip('rule', 'del', 'fwmark', '0x80/0x80', 'lookup', 'main', 'priority', '1024');
  ip('link', 'add', 'eni0a1b2c3d4e5', 'type', 'veth', 'peer', 'name', 'podeth0');
  t.equal(await host.vpcCni(options), 'present');
  ip('link', 'del', 'eni0a1b2c3d4e5');
  t.equal(await host.vpcCni(options), 'absent');
  const ipamd = createServer().listen(61679, '127.0.0.1');
  await new Promise((resolve) => ipamd.once('listening', resolve));
  t.equal(await host.vpcCni(options), 'present');
  await new Promise((resolve) => ipamd.close(resolve));
});

t.test('does not know about the VPC CNI when the host cannot be read', async (t) => {
  const blind = new IpHostNetwork({ ipPath: '/bin/false' });
  t.equal(await blind.vpcCni(options), 'unknown');
});

t.test('sends a gratuitous ARP on the link', async (t) => {
  ip('address', 'add', `${memberIp}/32`, 'dev', 'ens5');
  const before = sentPackets('ens5');
  await host.announce(memberIp, 'ens5', options);
  t.ok(sentPackets('ens5') > before);
});

function sentPackets(link: string): number {
  const shown: unknown = JSON.parse(ip('-j', '-s', 'link', 'show', link));
  const first: unknown = Array.isArray(shown) ? shown[0] : undefined;
  return (first as { stats64: { tx: { packets: number } } }).stats64.tx.packets;
}

t.test('tells the command and its own words when it fails', async (t) => {
  const failure = await host.attach(memberIp, 'ens99', 60, options).catch((error: unknown) => error);
  t.ok(failure instanceof FirecampError);
  t.match(failure, { code: 'FC-HST-001', message: /"ip link set dev ens99 up" failed: exit status 1: .*ens99/ });
  const missing = new IpHostNetwork({ ipPath: '/nonexistent/ip' });
  await t.rejects(missing.links(options), { code: 'FC-HST-001', message: /the program is not there/ });
});

t.test('ends a command that hangs, at its deadline and when the call is cancelled', async (t) => {
  const hanging = new IpHostNetwork({ ipPath: '/usr/bin/yes', timeoutMs: 200 });
  await t.rejects(hanging.links(options), { code: 'FC-HST-001' });
  await t.rejects(host.links({ signal: AbortSignal.abort(new Error('ended')) }), { code: 'FC-CLM-005' });
  const slow = new IpHostNetwork({ arpingPath: '/usr/bin/tail', timeoutMs: 60_000 });
  const controller = new AbortController();
  const running = slow.announce(memberIp, 'ens5', { signal: controller.signal });
  controller.abort(new Error('ended'));
  await t.rejects(running, { code: 'FC-CLM-005' });
});

t.test('refuses names that are no link and texts that are no address before it runs anything', async (t) => {
  for (const name of ['', '-all', 'a b', 'a/b', 'sixteen-letters-']) {
    await t.rejects(host.attach(memberIp, name, 60, options), { code: 'FC-HST-001' });
  }
  for (const text of ['10.0.1', '10.0.1.50/24', 'fe80::1', '10.0.1.050']) {
    await t.rejects(host.attach(text, 'ens5', 60, options), { code: 'FC-HST-001' });
    await t.rejects(host.detach(text, options), { code: 'FC-HST-001' });
  }
  await t.rejects(host.attach(memberIp, 'ens5', 0, options), { code: 'FC-HST-001' });
});
