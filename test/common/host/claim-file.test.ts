import fc from 'fast-check';
import t from 'tap';
import { formatClaim, parseClaim, parseWaiterId } from '../../../common/host/claim-file.ts';

const claim = {
  address: '10.0.1.50',
  epoch: 7,
  interfaceId: 'eni-0a1b2c3d4e5f60718',
  mac: '02:aa:bb:cc:dd:ee',
  podUid: '6f9619ff-8b86-d011-b42d-00c04fc964ff',
  waiterId: '1b4e28ba-2fa1-11d2-883f-0016d3cca427',
};

t.test(
  'writes the lines in the order that the waiting process reads, and says at the end that it is whole',
  async (t) => {
    t.equal(
      formatClaim(claim),
      'address=10.0.1.50\nepoch=7\ninterface=eni-0a1b2c3d4e5f60718\nmac=02:aa:bb:cc:dd:ee\n' +
        'pod-uid=6f9619ff-8b86-d011-b42d-00c04fc964ff\nwaiter=1b4e28ba-2fa1-11d2-883f-0016d3cca427\nend=1\n',
    );
  },
);

t.test('reads back what it wrote, with a waiter and without', async (t) => {
  t.same(parseClaim(formatClaim(claim)), claim);
  t.same(parseClaim(formatClaim({ ...claim, waiterId: '' })), { ...claim, waiterId: '' });
});

t.test('finds a fault in every file that was cut short', async (t) => {
  const whole = formatClaim(claim);
  for (let length = 0; length < whole.length; length++) {
    t.match(parseClaim(whole.slice(0, length)), { fault: String });
  }
});

t.test('finds a fault in lines that are changed, swapped, doubled or added', async (t) => {
  const whole = formatClaim(claim);
  const faulty = [
    whole.replace('epoch=7', 'epoch=07'),
    whole.replace('epoch=7', 'epoch=0'),
    whole.replace('pod-uid=6f', 'pod-uid=6F'),
    whole.replace('epoch=7', 'epoch=99999999999999999'),
    whole.replace('10.0.1.50', '10.0.1.500'),
    whole.replace('02:aa', '02-aa'),
    whole.replace('end=1', 'end=0'),
    whole.replace('mac=', 'MAC='),
    `${whole}end=1\n`,
    whole.replace('epoch=7\n', 'epoch=7\nepoch=7\n'),
    whole.replaceAll('\n', '\r\n'),
  ];
  for (const text of faulty) t.match(parseClaim(text), { fault: String });
});

t.test('refuses to write a value that would make a line of its own', async (t) => {
  t.throws(() => formatClaim({ ...claim, podUid: 'x\nend=1' }), { code: 'FC-FIL-001' });
  t.throws(() => formatClaim({ ...claim, interfaceId: '' }), { code: 'FC-FIL-001' });
  t.throws(() => formatClaim({ ...claim, podUid: 'pod-1' }), { code: 'FC-FIL-001' });
  t.throws(() => formatClaim({ ...claim, epoch: 0 }), { code: 'FC-FIL-001' });
  t.throws(() => formatClaim({ ...claim, epoch: 1.5 }), { code: 'FC-FIL-001' });
});

t.test('reads any text without throwing', async (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseClaim(text);
      parseWaiterId(text);
    }),
  );
  t.pass('no text threw');
});

t.test('takes the waiter’s id with or without its newline, and nothing else for one', async (t) => {
  t.equal(parseWaiterId(`${claim.waiterId}\n`), claim.waiterId);
  t.equal(parseWaiterId(claim.waiterId), claim.waiterId);
  for (const text of ['', '\n', 'a b', 'a=b', 'x'.repeat(65)]) t.equal(parseWaiterId(text), '');
});
