import fc from 'fast-check';
import { test } from 'tap';
import {
  absolutePath,
  addressList,
  httpsUrl,
  httpUrl,
  oneOf,
  optional,
  text,
  wholeNumber,
  withDefault,
  yesNo,
} from '../../../common/runtime/setting-types.ts';
import { InvalidConfigurationError, resolveSettings } from '../../../common/runtime/settings.ts';

const table = {
  name: text({ env: 'NAME', flag: 'name', help: '' }, 'lower-case letters', /^[a-z]+$/),
  size: withDefault(wholeNumber({ env: 'SIZE', flag: 'size', help: '' }, 1, 9), 3),
  kind: optional(oneOf({ env: 'KIND', help: '' }, ['red', 'blue'])),
  dry: yesNo({ env: 'DRY', flag: 'dry', help: '' }),
};

function faultsOf(argv: readonly string[], env: Record<string, string> = {}): readonly string[] {
  try {
    resolveSettings(table, argv, env);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigurationError) return error.faults;
    throw error;
  }
}

test('takes flags with one dash or two, with or without "=", and says where each value came from', async (t) => {
  for (const argv of [
    ['-name', 'abc', '-dry'],
    ['--name=abc', '--dry'],
    ['-name=abc', '--dry'],
  ]) {
    const { values, sources } = resolveSettings(table, argv, { KIND: 'red' });
    t.strictSame(values, { name: 'abc', size: 3, kind: 'red', dry: true });
    t.strictSame(sources, { name: 'flag -name', size: 'default', kind: 'variable KIND', dry: 'flag -dry' });
  }
});

test('takes flag and variable at once when they agree, and names both when they do not', async (t) => {
  t.strictSame(faultsOf(['-name', 'abc'], { NAME: 'abc' }), []);
  t.strictSame(faultsOf(['-name', 'abc'], { NAME: 'abd' }), [
    'flag -name is "abc" but variable NAME is "abd": they must agree',
  ]);
});

test('a variable that is set and empty is a fault, not a default', async (t) => {
  t.strictSame(faultsOf(['-name=a'], { SIZE: '' }), ['variable SIZE is empty: allowed is a whole number from 1 to 9']);
});

test('finds unknown flags, stray arguments, flags without a value and flags given twice', async (t) => {
  t.match(faultsOf(['-name=a', '--nam=x']), [/flag --nam: unknown/]);
  t.match(faultsOf(['-name=a', 'extra']), [/argument "extra"/]);
  t.match(faultsOf(['-name']), [/flag -name: needs a value/, /NAME is missing/]);
  t.match(faultsOf(['-name=a', '-name=b']), [/given twice, with "a" and "b"/]);
});

test('reports every fault at once: as many as there are wrong settings, each with its source, its value and what is allowed', async (t) => {
  const wrong = { NAME: 'NO', SIZE: '10', KIND: 'green', DRY: 'yes' } as const;
  fc.assert(
    fc.property(fc.subarray(Object.keys(wrong) as (keyof typeof wrong)[]), (names) => {
      const env = { NAME: 'ok', ...Object.fromEntries(names.map((name) => [name, wrong[name]])) };
      const faults = faultsOf([], env);
      return (
        faults.length === names.length &&
        names.every((name) =>
          faults.some((fault) => fault.startsWith(`variable ${name} is "${wrong[name]}": allowed is `)),
        )
      );
    }),
  );
  t.throws(() => resolveSettings(table, [], { SIZE: '0' }), {
    code: 'FC-CFG-001',
    exitCode: 2,
    message: /has 2 faults: variable NAME is missing.*; variable SIZE is "0"/,
  });
});

test('the result cannot be changed', async (t) => {
  const { values } = resolveSettings(table, ['-name=a'], {});
  t.throws(() => Object.assign(values, { name: 'b' }), TypeError);
});

test('whole numbers are those of the range in plain digits, and nothing else', async () => {
  const setting = wholeNumber({ help: '' }, 10, 3600);
  fc.assert(fc.property(fc.integer(), (n) => setting.parse(String(n)) === (n >= 10 && n <= 3600 ? n : undefined)));
  fc.assert(fc.property(fc.string(), (s) => /^\d+$/.test(s) || setting.parse(s) === undefined));
});

test('lists of addresses, paths and URLs are refused where they could not be used', async (t) => {
  const servers = addressList({ help: '' });
  t.strictSame(servers.parse('10.0.0.2, 10.0.0.3:5353'), ['10.0.0.2', '10.0.0.3:5353']);
  for (const given of ['', '10.0.0.2,', 'dns.example', '10.0.0.2:', '10.0.0.2:123456'])
    t.equal(servers.parse(given), undefined);
  t.equal(absolutePath({ help: '' }).parse('data'), undefined);
  t.equal(absolutePath({ help: '' }).parse('/da\0ta'), undefined);
  for (const url of [httpUrl({ help: '' }), httpsUrl({ help: '' })]) {
    for (const given of ['ftp://x', 'https://', 'example.com', 'https://[::1']) t.equal(url.parse(given), undefined);
    t.equal(url.parse('https://[::1]:6443'), 'https://[::1]:6443');
  }
  t.equal(httpUrl({ help: '' }).parse('http://[::1]:6443'), 'http://[::1]:6443');
  t.equal(httpsUrl({ help: '' }).parse('http://[::1]:6443'), undefined);
});
