import type { Test } from 'tap';
import type { HostNetwork } from '../../common/ports/host.ts';

/** A host with the links `ens5` and `ens6`, and no member's address on either. */
export type MakeHost = () => HostNetwork | Promise<HostNetwork>;

const ip = '10.0.1.50';
const route = { ip, linkName: 'ens6', gateway: '10.0.1.1', subnetCidr: '10.0.1.0/24', table: 10007 };

type Case = (t: Test, host: HostNetwork, options: { readonly signal: AbortSignal }) => Promise<void>;

const cases: Readonly<Record<string, Case>> = {
  'names its links by MAC address in lower case': async (t, host, options) => {
    const links = await host.links(options);
    t.same(
      links.filter((link) => link.name === 'ens5' || link.name === 'ens6').map(({ name, mac }) => [name, mac]),
      [
        ['ens5', '02:00:00:00:00:05'],
        ['ens6', '02:00:00:00:00:06'],
      ],
    );
  },
  'finds an address on the link it was put on, and nowhere after it was taken off': async (t, host, options) => {
    t.equal(await host.findAddress(ip, options), undefined);
    await host.attach(ip, 'ens6', 60, options);
    t.equal(await host.findAddress(ip, options), 'ens6');
    t.equal(await host.detach(ip, options), true);
    t.equal(await host.findAddress(ip, options), undefined);
  },
  'takes a repeated attach and detach as done': async (t, host, options) => {
    await host.attach(ip, 'ens5', 60, options);
    await host.attach(ip, 'ens5', 60, options);
    t.equal(await host.detach(ip, options), true);
    t.equal(await host.detach(ip, options), false);
  },
  'has an address on one link only': async (t, host, options) => {
    await host.attach(ip, 'ens5', 60, options);
    await host.attach(ip, 'ens6', 60, options);
    t.equal(await host.findAddress(ip, options), 'ens6');
    await host.detach(ip, options);
    t.equal(await host.findAddress(ip, options), undefined);
  },
  'takes a repeated source route and its removal as done': async (t, host, options) => {
    await host.attach(ip, 'ens6', 60, options);
    await host.addSourceRoute(route, options);
    await host.addSourceRoute(route, options);
    await host.removeSourceRoutes(ip, options);
    await host.removeSourceRoutes(ip, options);
    t.equal(await host.findAddress(ip, options), 'ens6', 'the address is another matter');
    await host.detach(ip, options);
  },
  'rejects a cancelled call with the signal’s reason, and does nothing': async (t, host, options) => {
    const reason = new Error('pod ended');
    const cancelled = { signal: AbortSignal.abort(reason) };
    const calls = [
      () => host.links(cancelled),
      () => host.vpcCni(cancelled),
      () => host.findAddress(ip, cancelled),
      () => host.attach(ip, 'ens5', 60, cancelled),
      () => host.detach(ip, cancelled),
      () => host.addSourceRoute(route, cancelled),
      () => host.removeSourceRoutes(ip, cancelled),
      () => host.announce(ip, 'ens5', cancelled),
    ];
    for (const call of calls) {
      const outcome: unknown = await call().then(
        () => 'resolved',
        (error: unknown) => error,
      );
      t.match(outcome, { code: 'FC-CLM-005', cause: reason });
    }
    t.equal(await host.findAddress(ip, options), undefined);
  },
};

/** What the use cases rely on, of the fake as of the real host. */
export function hostNetworkContract(t: Test, what: string, makeHost: MakeHost): void {
  for (const [title, run] of Object.entries(cases)) {
    t.test(`${what} ${title}`, async (t) => run(t, await makeHost(), { signal: new AbortController().signal }));
  }
}
