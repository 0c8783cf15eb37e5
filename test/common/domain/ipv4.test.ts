import fc from 'fast-check';
import { test } from 'tap';
import {
  cidrContains,
  ipv4ToNumber,
  isIpv4,
  numberToIpv4,
  parseCidr,
  subnetGateway,
} from '../../../common/domain/ipv4.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const prefix = fc.integer({ min: 0, max: 32 });

test('every 32-bit number is one dotted address, and back', async () => {
  fc.assert(fc.property(address, (value) => ipv4ToNumber(numberToIpv4(value)) === value));
});

test('reads as an address only what it would write', async () => {
  const dotted = fc.array(
    fc.oneof(fc.integer({ min: -1, max: 300 }).map(String), fc.constantFrom('', '01', '1e1', ' 1')),
    {
      minLength: 3,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(dotted, (parts) => {
      const text = parts.join('.');
      const value = ipv4ToNumber(text);
      return value === undefined || numberToIpv4(value) === text;
    }),
  );
});

test('refuses what only looks like an address', async (t) => {
  for (const text of [
    '',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1\n',
    ' 10.0.0.1',
    '::1',
    '1e1.0.0.0',
  ]) {
    t.equal(isIpv4(text), false, JSON.stringify(text));
  }
});

test('a network contains exactly the addresses that share its prefix', async () => {
  fc.assert(
    fc.property(address, address, prefix, (value, other, length) => {
      const size = 2 ** (32 - length);
      const first = value - (value % size);
      const cidr = `${numberToIpv4(first)}/${length}`;
      return (
        cidrContains(cidr, numberToIpv4(value)) &&
        cidrContains(cidr, numberToIpv4(other)) === (other - (other % size) === first)
      );
    }),
  );
});

test('refuses a network with host bits, without a prefix or with one that cannot be', async (t) => {
  for (const text of ['10.0.1.1/24', '10.0.1.0', '10.0.1.0/33', '10.0.1.0/024', '10.0.1/24', '/24', '10.0.1.0/']) {
    t.equal(parseCidr(text), undefined, text);
    t.equal(cidrContains(text, '10.0.1.1'), false);
    t.equal(subnetGateway(text), undefined);
  }
});

test('knows the router of a subnet: its second address', async (t) => {
  t.equal(subnetGateway('10.0.1.0/24'), '10.0.1.1');
  t.equal(subnetGateway('172.31.255.240/28'), '172.31.255.241');
});
