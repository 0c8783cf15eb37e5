import { createService } from '../../../orchestrator/creation/create-service.ts';
import { scaleService } from '../../../orchestrator/creation/scale-service.ts';
import { deleteService } from '../../../orchestrator/removal/delete-service.ts';
import { getServiceStatus } from '../../../orchestrator/status/get-service-status.ts';
import { redisIn } from '../../../test/orchestrator/creation/sample-definition.ts';
import type { Counts } from '../counts.ts';
import { type Endpoints, measure } from '../measure.ts';
import { type BenchWorld, benchZones } from './bench-world.ts';
import { claimAll, settled } from './play-members.ts';
import type { OperationName, Sizes } from './sizes.ts';

/** An operation on a service of so many members, and what it cost. */
export interface OperationCost {
  readonly operation: OperationName;
  /** Members that the service is created with. */
  readonly members: number;
  /** Of the service while the operation runs; of a scaling those that it has with the highest ordinals. */
  readonly sizes: Sizes;
  readonly millis: number;
  readonly counts: Counts;
}

/** How many members a scaling of a service of this size adds. */
export function growthOf(members: number): number {
  return Math.max(3, Math.round(members / 10));
}

/**
 * The life of one service: each member with an address, a name, a data and a journal volume, a config file of its own, and one that all share.
 * Between the operations its pods come to life and claim their addresses.
 */
export async function* serviceLife(bench: BenchWorld, members: number): AsyncGenerator<OperationCost> {
  const { world, dynamoUrl } = bench;
  const { cloud, kube, operation, settings, account } = world;
  const endpoints: Endpoints = { cloud, kubeUrl: kube.url, dynamoUrl };
  // kwok uses the whole grace period.
  const definition = redisIn(settings, { replicas: members, terminationGracePeriodSeconds: 1 });
  const { name } = definition;
  const more = members + growthOf(members);
  const fixed = { dbType: settings.dbType, former: 0, nodes: account.instances.length, zones: benchZones.length };
  const cost = async (what: OperationName, sizes: Partial<Sizes>, run: () => Promise<unknown>) => {
    const { counts, millis } = await measure(endpoints, run);
    return { operation: what, members, sizes: { ...fixed, members, changed: 0, ...sizes }, millis, counts };
  };
  const scaled = { members: more, changed: more - members };
  const last = { changed: members, former: more - members };
  yield await cost('create', { changed: members }, () => createService(operation(), definition));
  await claimAll(world, name, await settled(world, members));
  yield await cost('create again', {}, () => createService(operation(), definition));
  yield await cost('status', {}, () => getServiceStatus(operation(), name));
  yield await cost('scale up', scaled, () => scaleService(operation(), name, more));
  await claimAll(world, name, await settled(world, more));
  yield await cost('scale down', scaled, () => scaleService(operation(), name, members, { release: true }));
  await settled(world, members);
  yield await cost('delete', last, () => deleteService(operation(), name, { deleteVolumes: true }));
}
