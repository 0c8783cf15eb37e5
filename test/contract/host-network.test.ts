import { execFileSync } from 'node:child_process';
import { enterNamespace } from '../../scripts/rig/network/namespace.ts';

const use = await enterNamespace();
// After the re-execution, so that only the process inside reports tests.
const { default: t } = await import('tap');
const { IpHostNetwork } = await import('../../common/host/ip-host-network.ts');
const { FakeHost } = await import('../fakes/fake-host.ts');
const { ManualClock } = await import('../fakes/manual-clock.ts');
const { Script } = await import('../fakes/script.ts');
const { hostNetworkContract } = await import('./host-network-contract.ts');

const links = [
  { name: 'ens5', mac: '02:00:00:00:00:05', up: true },
  { name: 'ens6', mac: '02:00:00:00:00:06', up: false },
];

hostNetworkContract(t, 'the fake', () => new FakeHost(new Script(new ManualClock()), links));

if (use.ok) {
  for (const { name, mac } of links) {
    execFileSync('ip', ['link', 'add', name, 'address', mac, 'type', 'veth', 'peer', 'name', `${name}peer`]);
  }
  execFileSync('ip', ['link', 'set', 'ens5', 'up']);
  hostNetworkContract(t, 'the real host', () => new IpHostNetwork());
} else t.test('the real host', { skip: use.why }, async () => {});
