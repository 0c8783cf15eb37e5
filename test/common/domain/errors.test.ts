import { test } from 'tap';
import { errorCatalogue } from '../../../common/domain/error-catalogue.ts';
import { asFirecampError, FirecampError } from '../../../common/domain/errors.ts';

test('every error of the catalogue has a name of its own, an exit code of the documented table, and a sentence of remedy', async (t) => {
  const entries = Object.entries(errorCatalogue);
  t.equal(new Set(entries.map(([, entry]) => entry.name)).size, entries.length);
  for (const [code, { exitCode, remedy }] of entries) {
    t.match(code, /^FC-[A-Z0-9]{3}-\d{3}$/);
    t.ok([1, 2, 3, 4, 5, 130].includes(exitCode), code);
    t.match(remedy, /^[A-Z].*\.$/, code);
  }
});

test('something unexpected becomes an internal error that keeps its cause, and ours stay what they are', async (t) => {
  const ours = new FirecampError('FC-ENI-001', 'held');
  t.equal(asFirecampError(ours), ours);
  const cause = new TypeError('x is undefined');
  t.match(asFirecampError(cause), { code: 'FC-INT-001', exitCode: 3, message: 'Unexpected failure: x is undefined' });
  t.equal(asFirecampError(cause).cause, cause);
  t.match(asFirecampError('a text'), { message: 'Unexpected failure: a text' });
});
