import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'tap';
import { cidrContains, ipv4ToNumber, numberToIpv4 } from '../../../common/domain/ipv4.ts';
import { chooseAddresses } from '../../../orchestrator/network/choose-addresses.ts';
import type { ClusterNetwork } from '../../../orchestrator/network/cluster-network.ts';
import { aNetwork, aNode, aSubnet } from './a-network.ts';

/** Two zones; the subnets of a are /26 with 59 addresses to give at most, that of b is a /28 that is reserved as a whole. */
const subnets = {
  one: { id: 'subnet-1', zone: 'a', cidr: '10.0.1.0/26' },
  two: { id: 'subnet-2', zone: 'a', cidr: '10.0.2.0/26' },
  three: { id: 'subnet-3', zone: 'b', cidr: '10.0.3.0/28' },
};

/** Aligned ranges inside a /26; they may overlap, which EC2 does not allow and nothing may rely on. */
const ranges = (base: string) =>
  fc.array(
    fc.integer({ min: 26, max: 32 }).chain((length) => {
      const size = 2 ** (32 - length);
      const first = ipv4ToNumber(base) ?? 0;
      return fc.integer({ min: 0, max: 64 / size - 1 }).map((n) => `${numberToIpv4(first + n * size)}/${length}`);
    }),
    { maxLength: 4 },
  );

const networks = fc
  .record({ one: ranges('10.0.1.0'), two: ranges('10.0.2.0'), secondHasNode: fc.boolean() })
  .map(({ one, two, secondHasNode }) =>
    aNetwork(
      [aNode('n1', 'a', secondHasNode ? ['subnet-1', 'subnet-2'] : ['subnet-1']), aNode('n2', 'b', ['subnet-3'])],
      [
        aSubnet(subnets.one.id, 'a', subnets.one.cidr, one),
        aSubnet(subnets.two.id, 'a', subnets.two.cidr, two),
        aSubnet(subnets.three.id, 'b', subnets.three.cidr, ['10.0.3.0/28']),
      ],
    ),
  );

const takens = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 63 })), { maxLength: 80 })
  .map((pairs) => new Set(pairs.map(([subnet, host]) => `10.0.${subnet}.${host}`)));

/** By brute force, what may be given in a subnet: reserved, not AWS's, nobody's. */
function givable(network: ClusterNetwork, subnetId: string, taken: ReadonlySet<string>): string[] {
  const found = network.subnets.find(({ subnet }) => subnet.id === subnetId);
  if (found === undefined) return [];
  const size = found.subnet.cidr.endsWith('/28') ? 16 : 64;
  const base = found.subnet.cidr.replace(/\d+\/\d+$/, '');
  const hosts = Array.from({ length: size - 5 }, (_none, n) => `${base}${n + 4}`);
  return hosts.filter((ip) => !taken.has(ip) && found.own.some(({ cidr }) => cidrContains(cidr, ip)));
}

test('gives only what is reserved, free and where nodes are, each once, the lowest first, and the same each time', (t) => {
  let given = 0;
  const property = fc.property(networks, takens, fc.nat(60), fc.nat(12), (network, taken, inA, inB) => {
    const withNode = network.nodes[0]?.subnetIds ?? [];
    const free = withNode.map((id) => givable(network, id, taken));
    const freeInB = givable(network, 'subnet-3', taken);
    const needed = new Map([
      ['a', inA],
      ['b', inB],
    ]);
    const choose = () => [...chooseAddresses(network, needed, taken)];
    if (inA > free.flat().length || inB > freeInB.length) {
      assert.throws(choose, { code: /^FC-NET-00[34]$/ });
      return;
    }
    const chosen = new Map(choose());
    assert.deepEqual([...chosen], choose());
    const ipsOf = (zone: string, subnetId: string) =>
      (chosen.get(zone) ?? []).filter((one) => one.subnetId === subnetId).map(({ ip }) => ip);
    assert.deepEqual(ipsOf('b', 'subnet-3'), freeInB.slice(0, inB));
    assert.equal(chosen.get('a')?.length, inA);
    const inEach = withNode.map((id) => ipsOf('a', id));
    for (const [n, ips] of inEach.entries()) assert.deepEqual(ips, free[n]?.slice(0, ips.length));
    // A second subnet is touched only when nothing is left of the first.
    assert.ok(inEach.filter((ips, n) => ips.length > 0 && ips.length < (free[n]?.length ?? 0)).length <= 1);
    given += inA > 0 ? 1 : 0;
  });
  fc.assert(property, { numRuns: 500 });
  t.ok(given > 50, `only ${given} runs gave anything in zone a`);
  t.end();
});

test('two that met each other go on without doubling', (t) => {
  const network = aNetwork(
    [aNode('n1', 'a', ['subnet-1'])],
    [aSubnet('subnet-1', 'a', '10.0.1.0/26', ['10.0.1.16/30'])],
  );
  const [met, ...rest] = chooseAddresses(network, new Map([['a', 3]]), new Set()).get('a') ?? [];
  t.same(
    [met, ...rest].map((one) => one?.ip),
    ['10.0.1.16', '10.0.1.17', '10.0.1.18'],
  );
  const taken = new Set([met?.ip ?? '']);
  const again = chooseAddresses(network, new Map([['a', 3]]), taken).get('a') ?? [];
  t.same(
    again.map(({ ip }) => ip),
    ['10.0.1.17', '10.0.1.18', '10.0.1.19'],
  );
  t.throws(() => chooseAddresses(network, new Map([['a', 4]]), taken), {
    code: 'FC-NET-004',
    message:
      'Zone a needs 4 addresses, has 3 free (3 of 4 in subnet-1) and so lacks 1.\nReserve them: firecamp network create --zone a',
  });
  t.end();
});

test('refuses a reservation in a subnet where no usable node of the zone has an interface', (t) => {
  const nodes = [
    aNode('n1', 'a', ['subnet-2']),
    aNode('n2', 'a', ['subnet-1'], 'is cordoned'),
    aNode('n3', 'b', ['subnet-1']),
  ];
  const network = aNetwork(nodes, [
    aSubnet('subnet-1', 'a', '10.0.1.0/26', ['10.0.1.16/28']),
    aSubnet('subnet-2', 'a', '10.0.2.0/26', []),
  ]);
  t.throws(() => chooseAddresses(network, new Map([['a', 1]]), new Set()), {
    code: 'FC-NET-003',
    message:
      "Zone a has this cluster's reservations in subnet-1, where no usable node has an interface for members; its nodes have theirs in subnet-2.",
  });
  t.end();
});
