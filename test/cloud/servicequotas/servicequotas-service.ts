import { randomUUID } from 'node:crypto';
import type { CloudReply, CloudRequest, CloudService } from '../service.ts';
import type { QuotaSpec, Topology } from '../topology-model.ts';
import { type QuotaState, quotaKey } from './quota-state.ts';

const target = 'ServiceQuotasV20190624.';

/** Which value an operation reads; a quota without one is no resource (API reference, GetServiceQuota). */
const operations: Readonly<Record<string, (state: QuotaState, key: string) => QuotaSpec | undefined>> = {
  GetServiceQuota: ({ applied }, key) => applied.get(key),
  GetAWSDefaultServiceQuota: ({ defaults }, key) => defaults.get(key),
};

/** Service Quotas, API version 2019-06-24, in AWS's JSON 1.1: the two reads of one quota. */
export function createServiceQuotas(topology: Topology, state: QuotaState): CloudService {
  return {
    name: 'servicequotas',
    signed: () => true,
    operation: ({ headers }) => (headers['x-amz-target'] ?? '').replace(target, '') || 'NoAction',
    handle(request, name) {
      const read = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (read === undefined) return failure(400, 'UnknownOperationException', `There is no operation ${name}`);
      const { ServiceCode: service, QuotaCode: code } = fields(request);
      if (typeof service !== 'string' || typeof code !== 'string') {
        return failure(400, 'IllegalArgumentException', 'ServiceCode and QuotaCode are needed');
      }
      const found = read(state, quotaKey(service, code));
      if (found !== undefined) return reply(200, { Quota: wireQuota(found, topology) });
      return failure(400, 'NoSuchResourceException', `The request failed because there is no value of ${code}`);
    },
    error: failure,
  };
}

function fields({ body }: CloudRequest): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
}

function wireQuota({ service, code, name, value }: QuotaSpec, { region, accountId }: Topology): object {
  return {
    ...{ ServiceCode: service, QuotaCode: code, QuotaName: name, Value: value },
    QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${service}/${code}`,
    // What a value counts is in the quota's name.
    Unit: 'None',
    ...{ Adjustable: true, GlobalQuota: false },
  };
}

function failure(status: number, code: string, message: string): CloudReply {
  return reply(status, { __type: code, Message: message });
}

function reply(status: number, body: object): CloudReply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
