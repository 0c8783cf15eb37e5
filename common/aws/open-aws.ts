import type { AddressService } from '../ports/addresses.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { InstanceMetadata } from '../ports/instance-metadata.ts';
import type { NameService, Resolver } from '../ports/names.ts';
import type { AwsConfig } from './aws-config.ts';
import { type AwsClients, openAwsClients } from './clients.ts';
import { Ec2Addresses } from './ec2-addresses.ts';
import { DnsResolver } from './resolver.ts';
import { Route53Names } from './route53-names.ts';
import { unlessAborted } from './unless-aborted.ts';

/** AWS behind the ports. */
export interface Aws {
  readonly addresses: AddressService;
  readonly names: NameService;
  readonly resolver: Resolver;
  readonly metadata: InstanceMetadata;
  /** For adapters of further AWS services. */
  readonly clients: AwsClients;
  /** Gets region and credentials early, so that the first call does not wait for them. */
  prepare(options: CallOptions): Promise<void>;
  close(): void;
}

/** Builds the adapters; nothing is sent yet. Close it, or a request under way keeps the process alive. */
export function openAws(config: AwsConfig): Aws {
  const clients = openAwsClients(config);
  return {
    addresses: new Ec2Addresses(clients),
    names: new Route53Names(clients),
    resolver: new DnsResolver(config.dnsServers),
    metadata: clients.metadata,
    clients,
    async prepare(options) {
      const region = unlessAborted(clients.region(), options.signal, 'finding out the region');
      await Promise.all([region, clients.credentials.prepare(options)]);
    },
    close: () => clients.close(),
  };
}
