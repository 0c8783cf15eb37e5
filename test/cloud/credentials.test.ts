import { createHash } from 'node:crypto';
import t from 'tap';
import { issueSession, openSession } from './credentials.ts';

const session = { arn: 'arn:aws:sts::111122223333:assumed-role/pods/a', roleName: 'pods', expiresAt: 1_000 };

t.test('opens the sessions it issued, each with a key of its own', async (test) => {
  const [one, two] = [issueSession(session), issueSession(session)];
  test.match(openSession(one.accessKeyId, one.sessionToken), { ...session, secretAccessKey: one.secretAccessKey });
  test.not(one.accessKeyId, two.accessKeyId);
  test.not(one.secretAccessKey, two.secretAccessKey);
});

t.test('opens no token with the key of another, nor one whose content was changed', async (test) => {
  const [one, two] = [issueSession(session), issueSession({ ...session, roleName: 'admin' })];
  test.equal(openSession(one.accessKeyId, two.sessionToken), undefined);
  const [, mac = ''] = one.sessionToken.split('.');
  const [payload = ''] = two.sessionToken.split('.');
  const forged = `${payload}.${mac}`;
  const itsKey = `ASIA${createHash('sha256').update(forged).digest('hex').slice(0, 16).toUpperCase()}`;
  test.equal(openSession(itsKey, forged), undefined);
  test.equal(openSession(one.accessKeyId, forged), undefined);
  test.equal(openSession(one.accessKeyId, ''), undefined);
});
