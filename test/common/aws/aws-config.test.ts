import { test } from 'tap';
import { awsConfigFrom } from '../../../common/aws/aws-config.ts';

test('takes what the SDK’s variables say, and an empty one for none', (t) => {
  const config = awsConfigFrom({ AWS_REGION: ' eu-west-1 ', AWS_DEFAULT_REGION: 'x', AWS_PROFILE: '', HOME: '/root' });
  t.equal(config.region, 'eu-west-1');
  t.equal(config.credentials.profile, undefined);
  t.equal(config.credentials.home, '/root');
  t.strictSame(config.dnsServers, []);
  t.strictSame(config.metadata, { endpoint: undefined, ipv6: false, disabled: false });
  t.end();
});

test('lets the program’s own setting go before the variables', (t) => {
  const config = awsConfigFrom({ AWS_DEFAULT_REGION: 'eu-west-1' }, { region: 'us-east-1', dnsServers: ['10.0.0.2'] });
  t.equal(config.region, 'us-east-1');
  t.strictSame(config.dnsServers, ['10.0.0.2']);
  t.equal(awsConfigFrom({ AWS_DEFAULT_REGION: 'eu-west-1' }).region, 'eu-west-1');
  t.equal(awsConfigFrom({}).region, undefined, 'found out from the instance');
  t.end();
});

test('understands how the metadata service is to be reached', (t) => {
  const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv6', AWS_EC2_METADATA_DISABLED: 'True' };
  t.match(awsConfigFrom(env).metadata, { ipv6: true, disabled: true });
  t.end();
});
