import type { PolicyDocument } from './policy-document.ts';

export type ServiceName = 'ec2' | 'route53' | 'sts' | 'servicequotas' | 'imds' | 'pod-identity-agent';

/** Who signed a request. */
export interface Principal {
  readonly accessKeyId: string;
  readonly arn: string;
  /** IAM policy document that is enforced; undefined = everything allowed */
  readonly policy: PolicyDocument | undefined;
}

/** A request after the front has checked it: signature verified, body read whole. */
export interface CloudRequest {
  readonly method: string;
  readonly url: URL;
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly principal: Principal | undefined;
  /** instance whose IMDS is asked */
  readonly instanceId?: string;
}

export interface CloudReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a policy's Resource and Condition are matched against. */
export interface AuthorizedResource {
  readonly arn: string;
  /** condition key (e.g. 'aws:ResourceTag/team') -> the request's values */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** An action that the caller of another one must be allowed, too. */
export interface ImpliedAction {
  /** with its service: `ec2:CreateTags` */
  readonly action: string;
  readonly resources: readonly AuthorizedResource[];
}

/**
 * One simulated AWS service. The HTTP front (signature check, IAM, latency, faults, recording) is the core's; a service
 * only knows state and semantics.
 */
export interface CloudService {
  readonly name: ServiceName;
  /** must requests be SigV4-signed (everything but IMDS and AssumeRoleWithWebIdentity) */
  signed(operation: string): boolean;
  /** the API operation a request is for, e.g. 'AssignPrivateIpAddresses'; for IMDS 'GET <path>' */
  operation(request: CloudRequest): string;
  /** applies the effect at the moment it is called and returns the reply; synchronous so that each effect is atomic */
  handle(request: CloudRequest, operation: string): CloudReply;
  /** an error reply in this service's own wire format (used for faults, throttling, auth, IAM) */
  error(status: number, code: string, message: string): CloudReply;
  /** the resources a request acts on, every one of which the policy must allow; left out: '*' without context */
  resources?(request: CloudRequest, operation: string): readonly AuthorizedResource[];
  /** what else AWS asks the policy about for this request, such as `ec2:CreateTags` for something that is tagged as it is made */
  implied?(request: CloudRequest, operation: string): readonly ImpliedAction[];
  /** a refusal of a request that comes too often, asked after IAM has allowed it; undefined: go on */
  throttle?(request: CloudRequest, operation: string): CloudReply | undefined;
}
