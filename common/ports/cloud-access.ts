import type { CallOptions } from './call-options.ts';

/** Something that EC2 can be asked to check without doing it. */
export type DryRunRequest =
  | { readonly action: 'ec2:CreateVolume'; readonly zone: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly action: 'ec2:DeleteVolume'; readonly volumeId: string }
  | {
      readonly action: 'ec2:CreateSubnetCidrReservation';
      readonly subnetId: string;
      readonly cidr: string;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly action: 'ec2:DeleteSubnetCidrReservation'; readonly reservationId: string };

/** What the caller may do in AWS. */
export interface CloudAccess {
  /**
   * Whether the caller may do it, by the request's own DryRun (EC2 API reference, "Common query parameters"): EC2 looks at the caller's
   * permissions and does nothing. Sent once. Rejects with `RequestFailedError` when EC2 answers neither yes nor no, for instance because it
   * knows no such subnet.
   */
  mayI(request: DryRunRequest, options: CallOptions): Promise<'allowed' | 'denied'>;
}
