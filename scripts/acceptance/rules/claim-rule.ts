import type { NetworkInterface } from '../../../common/ports/addresses.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import type { Ended } from '../../rig/running-program.ts';
import { refusal } from '../answer.ts';
import { ClaimPod, type ClaimWorld, isOnHost } from '../claim-pod.ts';
import { assign, settledSecondaries } from '../interfaces.ts';
import type { Stopwatch } from '../measures/measure.ts';
import type { AddressPlace, RecordPlace } from '../place.ts';
import type { Finding, Rule } from './rule.ts';

/** A place in which the programs themselves can run. */
export interface ClaimPlace extends AddressPlace, RecordPlace {
  readonly guest: NetworkInterface;
  readonly world: ClaimWorld;
  readonly member: string;
  readonly ip: string;
  readonly times: number;
  readonly watch: Stopwatch;
}

/** The last release gives the address up in EC2, too; the ones before keep it, so that nobody else is given it between two claims. */
export const claimRule: Rule<ClaimPlace> = {
  says: 'the built programs claim a member’s address for this instance and release it, time and again',
  source: 'docs/explanation/claim-protocol.md',
  async check(place) {
    const faults: string[] = [];
    for (let round = 1; round <= place.times && faults.length === 0; round += 1) {
      await bringBack(place);
      faults.push(...(await claimOnce(place, round === place.times ? 'detach' : 'keep')));
    }
    return verdict(place.times, faults);
  },
};

function verdict(times: number, faults: readonly string[]): Finding {
  return { held: faults.length === 0, answered: faults.length === 0 ? `${times} times` : faults.join('; ') };
}

/** The address on the run's own interface, which the record names: so it is not a stranger's. */
async function bringBack(place: ClaimPlace): Promise<void> {
  const { store, signal, a, ip } = place;
  const answer = await assign(place, a.id, [ip], true);
  if ('refused' in answer) throw refusal('ec2:AssignPrivateIpAddresses', answer.refused);
  await settledSecondaries(place, a.id, [ip]);
  const record = await store.get('staticIp', { ip }, { signal });
  await store.update('staticIp', record, { ...record.record, interfaceId: a.id }, { signal });
}

/** One claim and one release; what was not as it must be. */
async function claimOnce(place: ClaimPlace, policy: 'keep' | 'detach'): Promise<string[]> {
  const { aws, world, member, ip, guest, watch, signal } = place;
  const faults: string[] = [];
  const expect = (what: string, isSo: boolean) => {
    if (!isSo) faults.push(`not so: ${what}`);
  };
  await using pod = await ClaimPod.start(world, member, { DETACH_POLICY: policy }, signal);
  const start = systemClock.monotonic();
  const claimed = await pod.claim(signal);
  const took = systemClock.monotonic() - start;
  if (claimed.code !== 0) return [endOf('firecamp-initcontainer', claimed)];
  watch.note('claim: firecamp-initcontainer, from its start to its end', took);
  for (const [phase, millis] of phasesOf(claimed)) watch.note(`claim: ${phase}`, millis);
  const holder = async () => (await aws.addresses.findHolder(ip, place.subnet, { signal }))?.id;
  expect('EC2 names this instance’s interface as the holder', (await holder()) === guest.id);
  expect('the address is on the host', await isOnHost(ip));
  const ending = systemClock.monotonic();
  const released = await pod.release();
  if (released?.code !== 0) return [...faults, endOf('firecamp-stopcontainer', released)];
  watch.note(`release: from SIGTERM to its end, with DETACH_POLICY=${policy}`, systemClock.monotonic() - ending);
  expect('the address is off the host', !(await isOnHost(ip)));
  const { record } = await place.store.get('staticIp', { ip }, { signal });
  expect('the record says released', record.owner?.state === 'released');
  return faults;
}

/** The phases that the program logs with its success. */
function phasesOf({ log }: Ended): [string, number][] {
  const line = log.find(({ msg }) => msg === 'claimed');
  const phases = line?.['phaseMillis'];
  if (typeof phases !== 'object' || phases === null) return [];
  return Object.entries(phases).flatMap(([name, millis]) => (typeof millis === 'number' ? [[name, millis]] : []));
}

function endOf(program: string, ended: Ended | undefined): string {
  const last = ended?.stderr.trim().split('\n').at(-1) ?? '';
  return `${program} ended with ${ended?.code ?? ended?.signal}: ${last.slice(0, 1000)}`;
}
