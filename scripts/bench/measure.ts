import type { ClientRequest } from 'node:http';
import type { Cloud } from '../../test/cloud/cloud.ts';
import { type CountedCall, type Counts, countCalls } from './counts.ts';
import { kubeCall } from './kube-call.ts';
import { requestsDuring } from './requests-during.ts';

/** What something cost. */
export interface Measured<T> {
  readonly result: T;
  readonly counts: Counts;
  /** Wall time on this machine: says little of AWS, something of what grows. */
  readonly millis: number;
}

/** Where requests of interest go. */
export interface Endpoints {
  readonly cloud: Pick<Cloud, 'calls'>;
  /** `https://host:port` of the API server. */
  readonly kubeUrl: string;
  /** `http://host:port` of DynamoDB; undefined where the records are ConfigMaps. */
  readonly dynamoUrl: string | undefined;
}

/** Runs it and counts what it asks of each service. */
export async function measure<T>(
  { cloud, kubeUrl, dynamoUrl }: Endpoints,
  run: () => Promise<T>,
): Promise<Measured<T>> {
  cloud.calls.clear();
  const began = performance.now();
  const { result, requests } = await requestsDuring(run);
  const millis = Math.round(performance.now() - began);
  const hosts = { kube: new URL(kubeUrl).host, dynamo: dynamoUrl && new URL(dynamoUrl).host };
  const sent = requests.flatMap((request): CountedCall[] => {
    const host = String(request.getHeader('host'));
    if (host === hosts.kube) return [kubeCallOf(request)];
    return host === hosts.dynamo ? [{ service: 'DynamoDB', operation: dynamoOperation(request) }] : [];
  });
  return { result, counts: countCalls([...cloudCalls(cloud), ...sent]), millis };
}

function kubeCallOf(request: ClientRequest): CountedCall {
  const contentType = String(request.getHeader('content-type') ?? '');
  return kubeCall({ method: request.method, path: request.path, contentType });
}

/** `DynamoDB_20120810.GetItem` (DynamoDB developer guide, "DynamoDB low-level API", request format). */
function dynamoOperation(request: ClientRequest): string {
  return String(request.getHeader('x-amz-target')).replace(/^.*\./, '');
}

const services = { ec2: 'EC2', route53: 'Route 53' } as const;

/** The operation is in a request's body, so the simulated account is asked. */
function cloudCalls({ calls }: Pick<Cloud, 'calls'>): CountedCall[] {
  return calls.all().flatMap(({ service, operation }): CountedCall[] => {
    return service === 'ec2' || service === 'route53' ? [{ service: services[service], operation }] : [];
  });
}
