import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { test } from 'tap';
import { parseLosslessly, stringifyLosslessly } from '../../../../common/store/codec/lossless-json.ts';

test('keeps every digit of an integer that a number cannot hold', async (t) => {
  t.strictSame(parseLosslessly('{"LastModified":1537209600123456789}'), { LastModified: 1537209600123456789n });
  t.strictSame(parseLosslessly('[9007199254740991,9007199254740993,-9007199254740993]'), [
    9007199254740991,
    9007199254740993n,
    -9007199254740993n,
  ]);
});

test('gives a whole second in nanoseconds the same type as any other time', async (t) => {
  t.strictSame(parseLosslessly('[1537209600000000000]'), [1537209600000000000n]);
});

test('writes a number that it does not understand as it was', async (t) => {
  for (const text of ['1.0', '1e3', '-0', '123456789012345678901234567890', '0.1000', '1E400']) {
    t.equal(stringifyLosslessly(parseLosslessly(`{"n":${text}}`)), `{"n":${text}}`);
  }
});

test('writes what it read, whatever the integers', async () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (integer) => {
      return stringifyLosslessly(parseLosslessly(`[${integer}]`)) === `[${integer}]`;
    }),
  );
});

test('escapes as Go does, so that FireCamp would have written the same bytes', async (t) => {
  t.equal(
    stringifyLosslessly({ '<': 'a&b>\u2028\u2029"\\\n' }),
    '{"\\u003c":"a\\u0026b\\u003e\\u2028\\u2029\\"\\\\\\n"}',
  );
});

test('reads any JSON value back as it wrote it', async () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = stringifyLosslessly(value);
      const same = isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      return same && stringifyLosslessly(parseLosslessly(text)) === text;
    }),
    { numRuns: 200 },
  );
});
