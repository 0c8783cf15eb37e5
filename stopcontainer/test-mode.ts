import { readAddress } from '../common/address/address-record.ts';
import { readMember } from '../common/address/member-records.ts';
import { decideRelease } from '../common/domain/release-decision.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { deadlineAfter } from '../common/runtime/deadline.ts';
import type { ResolvedSettings } from '../common/runtime/settings.ts';
import { configLines, readingLine, tryReading } from '../common/runtime/test-mode.ts';
import type { releaseSettings } from './config.ts';
import { readPodEnd } from './end-of-pod.ts';

/** TESTMODE waits no longer than this for what it cannot reach. Milliseconds. */
const readMs = 4000;

/** Prints the configuration, what could be read, and what a release would do now. Changes nothing, needs nothing. */
export async function printReleasePlan(
  ports: MemberPorts,
  resolved: ResolvedSettings<typeof releaseSettings>,
  print: (line: string) => void,
): Promise<void> {
  const config = resolved.values;
  print('TESTMODE: the configuration is valid; nothing is changed.');
  for (const line of configLines(resolved)) print(line);
  using deadline = deadlineAfter(ports.clock, readMs, 'reading in TESTMODE');
  const { signal } = deadline;
  const noRetry = { firstDelayMs: 0, maxDelayMs: 0, totalMs: 0 };
  const [end, member, identity] = await Promise.all([
    tryReading('own pod', async () => {
      const answer = await readPodEnd(ports, config, signal);
      if (answer.kind === 'unknown') throw answer.error;
      return answer;
    }),
    tryReading('member record', () => readMember(ports, config, signal, noRetry)),
    tryReading('this instance', () => ports.metadata.identity({ signal })),
  ]);
  print('What can be read:');
  print(
    readingLine(end, (value) => (value.kind === 'living' ? 'lives' : value.kind === 'ending' ? value.why : 'unknown')),
  );
  print(readingLine(member, (value) => `static IP ${value.member.staticIp || 'none'}`));
  print(readingLine(identity, (value) => value.instanceId));
  const ip = member.value?.member.staticIp;
  if (ip === undefined || end.value === undefined)
    return print('Plan: keep everything; what decides could not be read.');
  if (end.value.kind !== 'ending') return print('Plan: keep everything; the pod lives on.');
  if (ip === '') return print('Plan: nothing to release; the member has no static IP.');
  const seen = await tryReading('address record', () => readAddress(ports, ip, signal, noRetry));
  if (seen.value === undefined) return print(`Plan: keep everything; ${seen.what} not reached: ${seen.failure}`);
  const decision = decideRelease(seen.value.stored.record, {
    podUid: config.podUid,
    podCreatedAt: end.value.createdAt,
    instanceId: identity.value?.instanceId,
    epoch: config.claimEpoch,
  });
  print(`Plan: ${decision.kind}${'why' in decision ? `: ${decision.why}` : ` of ${ip}`}.`);
}
