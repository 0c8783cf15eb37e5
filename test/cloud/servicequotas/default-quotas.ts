import type { QuotaSpec } from '../topology-model.ts';

/**
 * AWS's defaults for EBS, as the larger regions have them (Amazon EBS user guide, "Quotas for Amazon EBS"; some regions have less). The codes
 * are those that `aws service-quotas list-aws-default-service-quotas --service-code ebs` shows.
 */
export const defaultQuotas: readonly QuotaSpec[] = [
  ebs('L-7A658B76', 'Storage for General Purpose SSD (gp3) volumes, in TiB', 50),
  ebs('L-D18FCD1D', 'Storage for General Purpose SSD (gp2) volumes, in TiB', 50),
  ebs('L-FD252861', 'Storage for Provisioned IOPS SSD (io1) volumes, in TiB', 50),
  ebs('L-09BD8365', 'Storage for Provisioned IOPS SSD (io2) volumes, in TiB', 20),
  ebs('L-82ACEF56', 'Storage for Throughput Optimized HDD (st1) volumes, in TiB', 50),
  ebs('L-17AF77E8', 'Storage for Cold HDD (sc1) volumes, in TiB', 50),
  ebs('L-B3A130E6', 'IOPS for Provisioned IOPS SSD (io1) volumes', 300_000),
  ebs('L-8D977E7E', 'IOPS for Provisioned IOPS SSD (io2) volumes', 100_000),
];

function ebs(code: string, name: string, value: number): QuotaSpec {
  return { service: 'ebs', code, name, value };
}
