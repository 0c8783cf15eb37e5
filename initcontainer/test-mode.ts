import { readMember } from '../common/address/member-records.ts';
import { planClaim } from '../common/domain/claim-plan.ts';
import { asFirecampError } from '../common/domain/errors.ts';
import type { MemberPorts } from '../common/ports/member-ports.ts';
import { deadlineAfter } from '../common/runtime/deadline.ts';
import type { ResolvedSettings } from '../common/runtime/settings.ts';
import { configLines, type Reading, readingLine, tryReading } from '../common/runtime/test-mode.ts';
import type { ClaimConfig, claimSettings } from './config.ts';
import { observeNode } from './observe-node.ts';

/** TESTMODE waits no longer than this for what it cannot reach. Milliseconds. */
const readMs = 4000;

/**
 * Prints the configuration with where each value came from, what could be read, and what a claim would do. Changes nothing
 * anywhere, and needs neither AWS nor Kubernetes.
 */
export async function printClaimPlan(
  ports: MemberPorts,
  resolved: ResolvedSettings<typeof claimSettings>,
  print: (line: string) => void,
): Promise<void> {
  const config = resolved.values;
  print('TESTMODE: the configuration is valid; nothing is changed.');
  for (const line of configLines(resolved)) print(line);
  using deadline = deadlineAfter(ports.clock, readMs, 'reading in TESTMODE');
  const { signal } = deadline;
  const noRetry = { firstDelayMs: 0, maxDelayMs: 0, totalMs: 0 };
  const [pod, member, links] = await Promise.all([
    tryReading('own pod', async () => ports.pods.get(config.namespace, config.memberName, { signal })),
    tryReading('member record', () => readMember(ports, config, signal, noRetry)),
    tryReading('links of this host', () => ports.host.links({ signal })),
  ]);
  print('What can be read:');
  print(
    readingLine(pod, (value) =>
      typeof value === 'string' ? value : `UID ${value.uid}, created ${value.createdAt}, ${value.phase}`,
    ),
  );
  print(
    readingLine(
      member,
      (value) =>
        `static IP ${value.member.staticIp || 'none'}, zone ${value.member.zone}, ${value.member.configs.length} config files`,
    ),
  );
  print(readingLine(links, (value) => value.map((link) => link.name).join(', ') || 'none'));
  await printAddressPlan(ports, config, { pod, member, links }, signal, print);
}

async function printAddressPlan(
  ports: MemberPorts,
  config: ClaimConfig,
  read: {
    readonly pod: Reading<Awaited<ReturnType<MemberPorts['pods']['get']>>>;
    readonly member: Reading<Awaited<ReturnType<typeof readMember>>>;
    readonly links: Reading<Awaited<ReturnType<MemberPorts['host']['links']>>>;
  },
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  const member = read.member.value;
  const ip = member?.member.staticIp;
  if (member === undefined) return print('Plan: not known without the member record.');
  if (!ip && member.attr.requireStaticIp)
    return print(
      'Plan: a real claim would refuse: the member has no static IP, and its service requires one (FC-REC-002).',
    );
  if (!ip)
    return print(
      `Plan: point ${config.memberName}.${member.attr.domainName} at this node, wait for INSYNC and the resolver, write the config files.`,
    );
  const node = await tryReading('address, node, holder', () =>
    observeNode(ports, config, { ip, links: read.links.value ?? [] }, signal),
  );
  print(
    readingLine(
      node,
      (value) => `epoch ${value.seen.stored.record.owner?.epoch ?? 0}, held by ${value.holder?.id ?? 'nobody'}`,
    ),
  );
  if (node.value === undefined)
    return print('Plan: not known without the address record, this node’s interfaces and the holder.');
  try {
    const plan = planClaim({
      me: {
        podUid: config.podUid,
        podCreatedAt: typeof read.pod.value === 'object' ? read.pod.value.createdAt : undefined,
      },
      record: node.value.seen.stored.record,
      serviceUuid: member.attr.serviceUuid,
      cluster: config.cluster,
      instanceId: node.value.identity.instanceId,
      vpcCniPossible: node.value.vpcCniPossible,
      interfaces: node.value.interfaces,
      holder: node.value.holder,
    });
    print(
      `Plan: record ${ip} for this pod under epoch ${plan.epoch}; ${plan.assign ? `assign it to ${plan.target.id}` : `it is on ${plan.target.id} already`}; confirm; put it on ${plan.target.linkName}; write the files.`,
    );
    if (plan.podUnknown)
      print('Plan: a real claim would refuse until the API server tells about this pod (FC-CLM-003).');
  } catch (error) {
    const refusal = asFirecampError(error);
    print(`Plan: a real claim would refuse: ${refusal.code} ${refusal.message}`);
  }
}
