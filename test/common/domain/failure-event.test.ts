import { test } from 'tap';
import { errorCatalogue } from '../../../common/domain/error-catalogue.ts';
import { FirecampError } from '../../../common/domain/errors.ts';
import { type EventAction, eventActions, eventReasons } from '../../../common/domain/event-reasons.ts';
import { failureEvent, failureReasons, type MemberErrorCode } from '../../../common/domain/failure-event.ts';
import { noteOf } from '../../../common/domain/member-event.ts';
import { withinBytes } from '../../../common/domain/within-bytes.ts';

const codes = Object.keys(failureReasons) as MemberErrorCode[];
const actions = Object.keys(eventActions) as EventAction[];
const bytes = (text: string) => Buffer.byteLength(text);

test('each failure of each action has one Warning that belongs to the action and ends in the remedy', async (t) => {
  for (const action of actions) {
    for (const code of codes) {
      const event = failureEvent(action, new FirecampError(code, 'What happened.'));
      if (event === undefined) {
        t.ok(['FC-CLM-004', 'FC-CLM-005'].includes(code), `${code}: only the pod’s own end is no news`);
        continue;
      }
      t.equal(event.note, `${code}: What happened. ${errorCatalogue[code].remedy}`);
      const { type, actions: own } = eventReasons[event.reason];
      t.equal(type, 'Warning', code);
      t.ok(
        own.some((one) => one === action),
        `${event.reason} of ${action}`,
      );
    }
  }
});

test('every Warning is told of some failure', async (t) => {
  const told = new Set(
    actions.flatMap((action) => codes.map((code) => failureEvent(action, new FirecampError(code, ''))?.reason)),
  );
  const warnings = Object.entries(eventReasons).filter(([, { type }]) => type === 'Warning');
  t.strictSame(warnings.map(([reason]) => reason).sort(), [...told].filter((one) => one !== undefined).sort());
});

test('the reason is the one that a person looks for', async (t) => {
  const reason = (action: EventAction, error: unknown) => failureEvent(action, error)?.reason;
  const denied = new FirecampError('FC-AWS-001', 'may not');
  const wrapped = new FirecampError('FC-REC-007', 'the table was not read', { cause: denied });
  t.equal(reason('ClaimStaticIP', wrapped), 'MissingIAMPermissions', 'what AWS said of a table');
  t.equal(reason('UpdateDNS', denied), 'MissingIAMPermissions');
  t.equal(
    reason('ReleaseStaticIP', new FirecampError('FC-REL-001', 'incomplete', { cause: denied })),
    'ReleaseIncomplete',
  );
  t.equal(reason('ClaimStaticIP', new FirecampError('FC-CLM-002', 'older')), 'ClaimRaceLost');
  const overdue = new FirecampError('FC-CLM-006', 'late', { cause: new FirecampError('FC-CLM-005', 'ended') });
  t.equal(reason('ClaimStaticIP', overdue), 'ClaimFailed', 'a cause that is no news does not hide the failure');
  t.equal(reason('ReleaseStaticIP', new FirecampError('FC-ENI-003', 'x')), 'ReleaseIncomplete', 'of the action');
  t.match(failureEvent('ClaimStaticIP', new TypeError('x is undefined')), {
    reason: 'ClaimFailed',
    note: /^FC-INT-001: /,
  });
});

test('the same failure is the same subject whatever request AWS names in it, and another interface is not', async (t) => {
  const subject = (message: string, interfaceId: string) =>
    failureEvent('ClaimStaticIP', new FirecampError('FC-AWS-001', message, { fields: { interfaceId } }))?.subject;
  t.equal(subject('may not (request 1)', 'eni-a'), subject('may not (request 2)', 'eni-a'));
  t.not(subject('may not', 'eni-a'), subject('may not', 'eni-b'));
});

test('a note has at most 1,024 bytes, cut at a whole character, and its remedy whole', async (t) => {
  const note = noteOf('’'.repeat(2000), 'Do this.');
  t.ok(bytes(note) <= 1024 && bytes(note) > 1018, String(bytes(note)));
  t.match(note, /^’+… Do this\.$/);
  t.equal(noteOf('x'.repeat(1024)), 'x'.repeat(1024));
  t.equal(withinBytes('ab', ' an ending too long', 5), 'ab an');
});
