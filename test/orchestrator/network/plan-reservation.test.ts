import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'tap';
import { numberToIpv4 } from '../../../common/domain/ipv4.ts';
import { overlaps, rangeOf } from '../../../orchestrator/network/address-ranges.ts';
import { planReservation } from '../../../orchestrator/network/plan-reservation.ts';
import { aReservation, aSubnet } from './a-network.ts';

/** Every block of the size in 10.0.1.0/24 that may be reserved, with how many addresses are lost in it, by brute force. */
function openBlocks(size: number, reserved: readonly string[], used: ReadonlySet<number>) {
  const taken = reserved.map(rangeOf).flatMap(({ first, size: of }) => Array.from({ length: of }, (_, n) => first + n));
  const base = rangeOf('10.0.1.0/24').first;
  const closed = new Set([...taken, ...Array.from({ length: 16 }, (_, n) => base + n)]);
  const blocks = Array.from({ length: 256 / size }, (_, n) =>
    Array.from({ length: size }, (__, i) => base + n * size + i),
  );
  return blocks
    .filter((block) => !block.some((value) => closed.has(value)))
    .map((block) => ({ first: block[0] ?? 0, lost: block.filter((v) => used.has(v) || v === base + 255).length }))
    .filter(({ lost }) => lost < size);
}

test('chooses the block of the size in which the fewest addresses are lost, the lowest of those', (t) => {
  const places = fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 255 }));
  const property = fc.property(
    fc.array(places, { maxLength: 6 }),
    fc.uniqueArray(fc.integer({ min: 4, max: 254 }), { maxLength: 60 }),
    fc.integer({ min: 1, max: 200 }),
    (chosen, hosts, addresses) => {
      const reserved = chosen.map(([n]) => `10.0.1.${n * 16}/28`);
      const [own = [], others = []] = [reserved.filter((_, n) => n % 2), reserved.filter((_, n) => n % 2 === 0)];
      const foreign = others.map((cidr) => aReservation('subnet-1', cidr));
      const subnet = aSubnet('subnet-1', 'a', '10.0.1.0/24', own, foreign);
      const held = hosts.map((host) => `10.0.1.${host}`);
      const plan = () => planReservation(subnet, { addresses }, held);
      const used = new Set(hosts.map((host) => rangeOf('10.0.1.0/24').first + host));
      const size = 2 ** Math.ceil(Math.log2(addresses));
      const open = openBlocks(size, reserved, used);
      if (open.length === 0) return void assert.throws(plan, { code: 'FC-NET-007', message: /no such block left/ });
      const least = Math.min(...open.map(({ lost }) => lost));
      const best = open.find(({ lost }) => lost === least);
      assert.equal(plan().cidr, `${numberToIpv4(best?.first ?? 0)}/${32 - Math.log2(size)}`);
      assert.equal(plan().free, size - least);
      assert.ok(plan().inUse.every((ip) => overlaps(rangeOf(`${ip}/32`), rangeOf(plan().cidr))));
    },
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 300 }));
  t.end();
});

test('says everything that is wrong with a range at once, and takes one of ours as it is', (t) => {
  const others = [aReservation('subnet-1', '10.0.1.64/26')];
  const subnet = aSubnet('subnet-1', 'a', '10.0.1.0/24', ['10.0.1.32/28'], others);
  t.throws(() => planReservation(subnet, { cidr: '10.0.1.0/25' }, []), {
    code: 'FC-NET-007',
    message:
      '10.0.1.0/25 of subnet-1 cannot be reserved:\n- it overlaps with scr-10.0.1.32/28 (10.0.1.32/28, of this cluster)\n- it overlaps with scr-10.0.1.64/26 (10.0.1.64/26, of somebody else)',
  });
  t.throws(() => planReservation(subnet, { cidr: '10.0.0.0/23' }, []), { message: /not inside the subnet's range/ });
  t.throws(() => planReservation(subnet, { cidr: '10.0.1.0/30' }, []), {
    message: '10.0.1.0/30 of subnet-1 cannot be reserved: AWS keeps all of its addresses for itself.',
  });
  t.match(planReservation(subnet, { cidr: '10.0.1.240/28' }, ['10.0.1.241', '10.0.1.11']), {
    inUse: ['10.0.1.241'],
    free: 14,
  });
  const again = planReservation(subnet, { cidr: '10.0.1.32/28' }, ['10.0.1.40']);
  t.match(again, { existing: { cidr: '10.0.1.32/28' }, inUse: ['10.0.1.40'], free: 15 });
  t.end();
});
