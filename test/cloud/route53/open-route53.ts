import { Route53Client } from '@aws-sdk/client-route-53';
import { ManualClock } from '../clock.ts';
import { demoTopology } from '../demo-topology.ts';
import { serveService } from '../serve-service.ts';
import { createRoute53, type Route53Options, type Route53Service } from './route53-service.ts';

/** The private zone of the demo's topology, with and without its trailing dot. */
export const DEMO_ZONE = 'Z00000000000000DEMO1';

export interface OpenRoute53 extends AsyncDisposable {
  readonly client: Route53Client;
  readonly service: Route53Service;
  readonly clock: ManualClock;
  readonly url: string;
}

/** A simulated Route 53 of the demo's topology, with time standing still, and the SDK's own client for it. */
export async function openRoute53(options: Route53Options = {}): Promise<OpenRoute53> {
  const clock = new ManualClock();
  const service = createRoute53(demoTopology(), clock, options);
  const served = await serveService(service);
  const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-checked-here' };
  const client = new Route53Client({ endpoint: served.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return {
    client,
    service,
    clock,
    url: served.url,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      await served.close();
    },
  };
}
