import type { Change } from './change-batch.ts';

export interface ZoneVpc {
  readonly vpcId: string;
  readonly region: string;
}

export interface HostedZone {
  /** without `/hostedzone/` */
  readonly id: string;
  readonly name: string;
  readonly privateZone: boolean;
  readonly callerReference: string;
  readonly comment: string | undefined;
  readonly vpcs: readonly ZoneVpc[];
}

export interface ChangeInfo {
  readonly id: string;
  readonly status: 'PENDING' | 'INSYNC';
  /** ms since the epoch */
  readonly submittedAt: number;
  readonly comment: string | undefined;
}

export interface RecordsChanged {
  readonly zoneId: string;
  readonly changeId: string;
  readonly changes: readonly Change[];
  /** when the change reaches the DNS servers, ms since the epoch */
  readonly insyncAt: number;
}
