import { ensureBuilt } from '../build/ensure-built.ts';
import { startKubeEndpoint } from '../demo/kube-endpoint.ts';
import { writeServiceRecords } from '../rig/service-records.ts';
import { ownInterface } from './address-part.ts';
import type { ClaimWorld } from './claim-pod.ts';
import { freshAddress } from './interfaces.ts';
import { clusterName } from './marks.ts';
import type { Notes } from './notes.ts';
import type { Place } from './place.ts';
import { openStore } from './records.ts';
import { claimRule } from './rules/claim-rule.ts';
import type { RunOptions } from './run-options.ts';
import { guestThing, rememberGuest, tableThing } from './things.ts';

/**
 * The built programs themselves, on this instance: a member of a service in the run's table claims an address that another interface has, and
 * releases it, again and again. Kubernetes is played: the programs ask it for nothing but their own pod.
 */
export async function runClaims(place: Place, options: RunOptions, notes: Notes): Promise<void> {
  const { aws, runId, subnet, signal } = place;
  const { guest, programs } = options;
  if (guest === undefined || programs === undefined) return;
  const built = await ensureBuilt();
  const [a, b] = [await ownInterface(place, notes), await ownInterface(place, notes)];
  const addresses = { ...place, a, b, settleMs: 0 };
  const ip = await freshAddress(addresses);
  notes.made.push(tableThing(aws, runId));
  const store = openStore(aws, runId);
  await store.prepare({ signal });
  const service = { name: 'accepted', uuid: runId.repeat(4) };
  const member = `${service.name}-0`;
  const spec = {
    ...{ cluster: clusterName(runId), namespace: 'default', ...service, domain: '', hostedZoneId: '' },
    ...{ members: [{ name: member, zone: subnet.zone, staticIp: ip }], configs: {} },
    ...{ requireStaticIp: true, registerDns: false },
  };
  await writeServiceRecords(store, spec, signal);
  await rememberGuest(aws, a.id, ip, guest.id, signal);
  notes.made.push(guestThing(aws, ip, guest.id));
  await using kube = await startKubeEndpoint('127.0.0.1');
  const world: ClaimWorld = { built, kube, env: programs, cluster: spec.cluster, service, nodeIp: guest.primaryIp };
  const claiming = { ...addresses, store, guest, world, member, ip, times: options.times, watch: notes.watch };
  await notes.judgeAll([claimRule], claiming);
}
