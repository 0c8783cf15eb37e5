import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { test } from 'tap';
import { startMoto } from '../../scripts/rig/moto.ts';
import { needs } from '../../scripts/rig/requirements.ts';
import { route53Contract } from './route53-contract.ts';

/** moto 5.2.5 applies a batch change by change, checks no current values, knows every change id, and has no GetHostedZoneLimit. */
const lacking = [
  'refuses to delete what is not there',
  'refuses to delete on another value or TTL than the current ones',
  'refuses to create a record that is there',
  'lets one of two compare-and-sets from the same value win',
  'applies nothing of a batch with a refused change',
  'takes names without regard to case and gives them back in lower case',
  'gives an asterisk back as \\052',
  'knows no change of a made-up id',
  'tells how many records a zone has and may have',
];

test('moto keeps the contract of Route 53, but for the cases it is known to lack', async (t) => {
  if (!(await needs(t, 'moto'))) return;
  const moto = await startMoto();
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const options = { region: 'us-east-1', endpoint: moto.url, credentials, maxAttempts: 1 };
  const ec2 = new EC2Client(options);
  const client = new Route53Client(options);
  t.teardown(async () => {
    ec2.destroy();
    client.destroy();
    await moto.stop();
  });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  await route53Contract(t, { client, vpc: { VPCId: Vpc?.VpcId ?? '', VPCRegion: 'us-east-1' } }, lacking);
});
