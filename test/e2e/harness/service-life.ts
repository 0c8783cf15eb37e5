import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Operation } from '../../../orchestrator/operation.ts';
import { getServiceStatus } from '../../../orchestrator/status/get-service-status.ts';
import type { ServiceStatus } from '../../../orchestrator/status/service-status.ts';
import { watchMember } from '../../../scripts/rig/network/member-traffic.ts';
import type { OrchestratorWorld } from '../../orchestrator/world.ts';
import type { DbType, OrchestratedWorld } from './orchestrated-world.ts';
import { PlayedKubelets } from './played-kubelets.ts';
import { eventually } from './standing.ts';
import { wholeListing } from './whole-listing.ts';

/** A service of the orchestrator whose pods run, as a test looks at it. */
export interface ServiceLife {
  readonly kubelets: PlayedKubelets;
  readonly orchestrator: OrchestratorWorld;
  operation(): Operation;
  status(): Promise<ServiceStatus>;
  /** Resolves when so many members run and every source says the same of them. */
  healthy(members: number): Promise<ServiceStatus>;
  /** A file of the member's configuration, as its programs have written it on its volume. */
  conf(ordinal: number, file: string): Promise<string>;
  /** Resolves when a client has met each of these members at its address, on the node where its pod is. */
  reached(addresses: readonly (string | undefined)[]): Promise<void>;
  /** Everything that the service could leave behind. */
  listing(): ReturnType<typeof wholeListing>;
  end(): Promise<void>;
}

/** Where the service's pods are to run; nothing is created. */
export function openServiceLife(
  { world, orchestrators }: OrchestratedWorld,
  dbType: DbType,
  service: string,
  client: string,
): ServiceLife {
  const orchestrator = orchestrators[dbType];
  const kubelets = new PlayedKubelets(world, orchestrator.namespace);
  const operation = () => orchestrator.operation();
  const status = () => getServiceStatus(operation(), service);
  const latest = (ordinal: number) => kubelets.latest(`${service}-${ordinal}`);
  return {
    ...{ kubelets, orchestrator, operation, status },
    async healthy(members) {
      let said = '';
      const look = async () => {
        const now = await status();
        said = [now.summary, ...kubelets.troubles].join('\n');
        if (kubelets.troubles.length > 0) throw new Error(said);
        return now.healthy && now.running === members && now;
      };
      return await eventually(`${members} healthy members`, look, 120_000).catch((cause: unknown) => {
        throw new Error(`There are no ${members} healthy members: ${said}`, { cause });
      });
    },
    conf: (ordinal, file) => readFile(join(latest(ordinal).dataDir, 'conf', file), 'utf8'),
    async reached(addresses) {
      await world.settled();
      for (const [ordinal, ip = ''] of addresses.entries()) {
        const watch = watchMember(world.fabric, client, ip, 6379);
        await watch.answered(latest(ordinal).node);
        await watch.stop();
      }
    },
    listing: () => wholeListing(world, orchestrator),
    end: () => kubelets[Symbol.asyncDispose](),
  };
}
