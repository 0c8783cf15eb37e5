import { test } from 'tap';
import { containerUrl } from '../../../common/aws/container-credentials.ts';
import { parseCredentials } from '../../../common/aws/credentials-reply.ts';

const full = (containerFullUri: string) => containerUrl({ containerFullUri })?.href;

test('asks in clear only on this machine or at the agents’ addresses', (t) => {
  for (const url of [
    'http://127.0.0.1:8080/x',
    'http://127.9.9.9/x',
    'http://localhost/x',
    'http://[::1]/x',
    'http://169.254.170.2/x',
    'http://169.254.170.23/v1/credentials',
    'http://[fd00:ec2::23]/v1/credentials',
    'https://example.com/x',
  ]) {
    t.equal(full(url), url);
  }
  for (const url of [
    'http://169.254.169.254/x',
    'http://10.0.0.1/x',
    'http://127.0.0.1.example.com/x',
    'http://localhost.example.com/x',
    'ftp://127.0.0.1/x',
    'nonsense',
  ]) {
    t.throws(() => full(url), /AWS_CONTAINER_CREDENTIALS_FULL_URI/, url);
  }
  t.end();
});

test('puts a relative address on the agent of ECS, before the full one', (t) => {
  const url = containerUrl({ containerRelativeUri: '/v2/x', containerFullUri: 'http://127.0.0.1/y' });
  t.equal(url?.href, 'http://169.254.170.2/v2/x');
  t.equal(containerUrl({}), undefined);
  t.end();
});

test('refuses a reply that lacks a part, and shows none of it', (t) => {
  const good = { AccessKeyId: 'A', SecretAccessKey: 'hush', Token: 'T', Expiration: '2030-01-01T00:00:00Z' };
  t.strictSame(parseCredentials(JSON.stringify({ ...good, Code: 'Success' })), {
    accessKeyId: 'A',
    secretAccessKey: 'hush',
    sessionToken: 'T',
    expiration: new Date('2030-01-01T00:00:00Z'),
  });
  for (const bad of [{ AccessKeyId: '' }, { SecretAccessKey: 1 }, { Token: undefined }, { Expiration: 'soon' }]) {
    const reply = JSON.stringify({ ...good, ...bad });
    t.throws(() => parseCredentials(reply), /^(?!.*hush).*lacks/);
  }
  t.throws(() => parseCredentials('{"Code":"AssumeRoleUnauthorizedAccess"}'), /AssumeRoleUnauthorizedAccess/);
  t.throws(() => parseCredentials('<html>hush'), /^(?!.*hush).*not JSON/);
  t.throws(() => parseCredentials('null'), /lacks/);
  t.end();
});
