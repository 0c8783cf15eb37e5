import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
  type ServiceQuota as WireQuota,
} from '@aws-sdk/client-service-quotas';
import type { CallOptions } from '../ports/call-options.ts';
import type { Quota, QuotaId, QuotaService } from '../ports/quotas.ts';
import { awsRead } from './aws-call.ts';
import { malformedReply, serviceCodeOf } from './aws-errors.ts';
import type { AwsClients } from './clients.ts';
import type { WireOptions } from './request-handler.ts';

type Access = Pick<AwsClients, 'credentials' | 'region' | 'requestHandler'>;

/** Service Quotas as `QuotaService`; see there for what it promises. */
export class ServiceQuotas implements QuotaService {
  readonly #credentials: AwsClients['credentials'];
  readonly #client: ServiceQuotasClient;

  constructor({ credentials, region, requestHandler }: Access) {
    this.#credentials = credentials;
    // Of its own: the members' programs, which have the other clients too, never ask for quotas.
    const shared = { region, credentials: credentials.provider(), requestHandler };
    this.#client = new ServiceQuotasClient({ ...shared, maxAttempts: 8, retryMode: 'standard' });
  }

  async limits(wanted: readonly QuotaId[], options: CallOptions): Promise<ReadonlyMap<string, Quota>> {
    const found = await Promise.all(
      wanted.map(async (id) => {
        const quota = (await this.#applied(id, options)) ?? (await this.#default(id, options));
        return quota === undefined ? [] : [[id.code, quota] as const];
      }),
    );
    return new Map(found.flat());
  }

  /** Where the account has no value of its own there is no such resource (API reference, GetServiceQuota: "the quota is not retrieved"). */
  #applied({ service, code }: QuotaId, options: CallOptions): Promise<Quota | undefined> {
    const request = new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code });
    return this.#read('servicequotas:GetServiceQuota', (wire) => this.#client.send(request, wire), options);
  }

  #default({ service, code }: QuotaId, options: CallOptions): Promise<Quota | undefined> {
    const request = new GetAWSDefaultServiceQuotaCommand({ ServiceCode: service, QuotaCode: code });
    return this.#read('servicequotas:GetAWSDefaultServiceQuota', (wire) => this.#client.send(request, wire), options);
  }

  async #read(
    action: string,
    send: (wire: WireOptions) => Promise<{ readonly Quota?: WireQuota | undefined }>,
    options: CallOptions,
  ): Promise<Quota | undefined> {
    const call = { action, signal: options.signal };
    try {
      const { Quota: quota } = await awsRead(this.#credentials, call, send);
      if (quota === undefined) throw malformedReply(call, 'it has no quota');
      const { QuotaName: name, Value: value, Unit: unit } = quota;
      // A quota that could not be looked up comes without a value, and with an ErrorReason (API reference, ServiceQuota).
      const why = quota.ErrorReason?.ErrorMessage ?? 'it has no value';
      if (name === undefined || value === undefined) throw malformedReply(call, why);
      return { name, value, unit };
    } catch (error) {
      if (serviceCodeOf(error) === 'NoSuchResourceException') return undefined;
      throw error;
    }
  }
}
