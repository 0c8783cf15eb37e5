import { EC2Client } from '@aws-sdk/client-ec2';
import type { Cloud } from '../cloud.ts';
import { defaultPrincipal } from '../topology.ts';

/** A real SDK client against the simulated EC2, with one attempt a call unless said otherwise. */
export function ec2Client(
  cloud: Cloud,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = defaultPrincipal,
  maxAttempts = 1,
): EC2Client {
  const { region, ec2: endpoint } = cloud.endpoints;
  return new EC2Client({ region, endpoint, credentials, maxAttempts });
}
