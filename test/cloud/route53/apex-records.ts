import type { RecordSet } from './records.ts';

/**
 * The NS and SOA of a new zone, with the TTLs and the SOA minimum that Route 53 gives them: 172,800 s, 900 s and
 * 86,400 s. Source: Developer Guide, "NS and SOA records that Route 53 creates for a public hosted zone"; a private
 * zone's SOA names ns-1536.awsdns-00.co.uk and its NS four servers of no use outside.
 */
export function apexRecords(name: string, privateZone: boolean): RecordSet[] {
  const servers = privateZone
    ? ['ns-1536.awsdns-00.co.uk.', 'ns-0.awsdns-00.com.', 'ns-1024.awsdns-00.org.', 'ns-512.awsdns-00.net.']
    : ['ns-2048.awsdns-64.com.', 'ns-2049.awsdns-65.net.', 'ns-2050.awsdns-66.org.', 'ns-2051.awsdns-67.co.uk.'];
  const soa = `${servers[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  return [
    { name, type: 'NS', ttl: 172_800, values: servers },
    { name, type: 'SOA', ttl: 900, values: [soa] },
  ];
}
