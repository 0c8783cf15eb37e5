import fc from 'fast-check';
import { test } from 'tap';
import { stringify } from 'yaml';
import { faultsOf, fileWith, least, read } from './read.ts';

/** Everything that a fault must have to be of use. */
function isUseful(text: string): boolean {
  const lines = text.split(/\r\n|[\r\n]/).length;
  return faultsOf(text).every(
    ({ line = 0, column = 0, message }) => line >= 1 && line <= lines && column >= 1 && message.length > 0,
  );
}

test('any text is read or refused with places inside it, and nothing else is thrown', async (t) => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&x',
    '*x',
    '!!',
    '"',
    "'",
    '|',
    '#',
    '\t',
  );
  const yamlLike = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  fc.assert(fc.property(fc.oneof(yamlLike, fc.string({ unit: 'binary' })), isUseful), { numRuns: 500 });
  // The same behind fields that are right.
  fc.assert(
    fc.property(yamlLike, (text) => isUseful(fileWith({}, text))),
    { numRuns: 300 },
  );
  t.pass();
});

test('any value of any field is read or refused with places inside the file, and nothing else is thrown', async (t) => {
  const fields = [...Object.keys(least), ...Object.keys(read(fileWith({}))), 'journalVolume', '__proto__', 'toString'];
  const value = fc.oneof(fc.jsonValue(), fc.record({ sizeGb: fc.jsonValue(), command: fc.jsonValue() }), fc.double());
  fc.assert(
    fc.property(fc.constantFrom(...fields), value, (field, given) => {
      const others = Object.entries(least).filter(([name]) => name !== field);
      const lines = others.map(([name, text]) => `${name}: ${text}\n`).join('');
      return isUseful(`${lines}${stringify(new Map([[field, given]]))}`);
    }),
    { numRuns: 500 },
  );
  t.pass();
});
