import fc from 'fast-check';
import t from 'tap';
import { parseAddresses, parseLinks, parseRouteTables, parseRules } from '../../../common/host/ip-json.ts';

const parsers = { parseLinks, parseAddresses, parseRules, parseRouteTables };

t.test('takes an empty answer and empty entries, which ip prints for what a filter left out, as nothing', async (t) => {
  for (const text of ['', '\n', '[]', '[{},{}]']) {
    t.same(parseLinks(text), []);
    t.same(parseAddresses(text), []);
    t.equal(parseRouteTables(text).size, 0);
  }
});

t.test('says whose output is not what ip prints', async (t) => {
  for (const parse of Object.values(parsers)) {
    for (const text of ['BusyBox v1.35.0', '{}', 'null', '[']) {
      t.throws(() => parse(text), { code: 'FC-HST-001', message: /is "ip" iproute2's/ });
    }
  }
});

t.test('never throws anything else, whatever the JSON', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (list) => {
      for (const parse of Object.values(parsers)) parse(JSON.stringify(list));
    }),
  );
  t.pass('no list threw');
});

t.test('reads marks in hexadecimal and tables in decimal', async (t) => {
  const text = '[{"priority":1024,"src":"all","fwmark":"0x80","fwmask":"0x80","table":"254","protocol":"0"}]';
  t.match(parseRules(text), [{ priority: 1024, source: 'all', fwmark: 128, fwmask: 128, table: 254, protocol: 0 }]);
});
