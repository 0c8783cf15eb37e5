import { FirecampError, InterruptedError } from '../../../common/domain/errors.ts';
import { reservationTags } from '../../../common/domain/reservation-tags.ts';
import type { DryRunRequest } from '../../../common/ports/cloud-access.ts';
import type { Volume } from '../../../common/ports/volumes.ts';
import type { ClusterSubnet } from '../../network/cluster-network.ts';
import type { Plan } from '../plan.ts';
import type { Reading } from '../prober.ts';
import type { Seen } from '../seen.ts';
import type { ZoneFacts } from './aws-facts.ts';

/** What AWS said of the actions that could be asked about. */
export interface AwsPermissions {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  /** Actions with neither a yes nor a no, and AWS's words. */
  readonly unclear: readonly string[];
}

/** What an action can be asked about with; of what could not be read there is nothing. */
type Known = readonly [
  aws: unknown,
  plan: Plan,
  clusterUid: string,
  subnets: readonly ClusterSubnet[],
  zone: ZoneFacts | undefined,
  volumes: readonly Volume[],
];

interface Question {
  readonly action: string;
  readonly ask: () => Promise<'allowed' | 'denied'>;
}

/**
 * Asks EC2 by dry runs of what changes something, and reads what Route 53 lets be read. An action on a thing is asked about only where there
 * is such a thing: of one that does not exist EC2 may say so before it looks at permissions.
 */
export async function askAws(operation: Reading, known: Known): Promise<AwsPermissions> {
  const questions = [...dryRuns(operation, known), ...reads(operation, known)];
  const answers = await Promise.all(
    questions.map(async (question) => ({ question, answer: await answerTo(question) })),
  );
  const having = (wanted: string) =>
    answers.filter(({ answer }) => answer === wanted).map(({ question }) => question.action);
  const unclear = answers
    .filter(({ answer }) => answer !== 'allowed' && answer !== 'denied')
    .map(({ question, answer }) => `${question.action} (${answer})`);
  return { allowed: having('allowed'), denied: having('denied'), unclear };
}

/** The actions that facts could not be read for. */
export function deniedReads(facts: readonly Seen<unknown>[]): string[] {
  const actions = facts.flatMap((seen) => {
    const action = 'error' in seen && seen.error.code === 'FC-AWS-001' ? seen.error.fields['action'] : undefined;
    return typeof action === 'string' ? [action] : [];
  });
  return [...new Set(actions)];
}

function dryRuns({ ports, settings, signal }: Reading, [, plan, clusterUid, subnets, , volumes]: Known): Question[] {
  const [subnet] = subnets;
  const [reservation] = subnets.flatMap(({ own }) => own);
  const volumeId = volumes[0]?.id;
  const [zone] = plan.zones;
  const owner = { ...settings, clusterUid };
  const requests: (DryRunRequest | undefined)[] = [
    plan.volumes && zone !== undefined
      ? { action: 'ec2:CreateVolume', zone, tags: { 'firecamp-cluster': settings.cluster } }
      : undefined,
    volumeId === undefined ? undefined : { action: 'ec2:DeleteVolume', volumeId },
    subnet && {
      action: 'ec2:CreateSubnetCidrReservation',
      subnetId: subnet.subnet.id,
      // A range of the subnet, whoever has it: nothing is made.
      cidr: subnet.subnet.cidr.replace(/\/\d+$/, '/28'),
      tags: reservationTags(owner),
    },
    reservation && { action: 'ec2:DeleteSubnetCidrReservation', reservationId: reservation.id },
  ];
  return requests.flatMap((request) =>
    request ? [{ action: request.action, ask: () => ports.access.mayI(request, { signal }) }] : [],
  );
}

function reads({ ports, settings, signal }: Reading, [, plan, , , zone, volumes]: Known): Question[] {
  const zoneId = zone?.seen?.id;
  const ofZone: Question[] =
    zoneId === undefined
      ? []
      : [
          { action: 'route53:ListResourceRecordSets', ask: () => succeeds(firstPage(ports, zoneId, signal)) },
          { action: 'route53:ListTagsForResource', ask: () => succeeds(ports.zones.marks(zoneId, { signal })) },
        ];
  // Asked about already where there are volumes.
  const ofVolumes: Question[] =
    plan.volumes && volumes.length === 0
      ? [
          {
            action: 'ec2:DescribeVolumes',
            ask: () => succeeds(ports.volumes.findByTags({ 'firecamp-cluster': settings.cluster }, { signal })),
          },
        ]
      : [];
  return [...ofZone, ...ofVolumes];
}

async function firstPage(ports: Reading['ports'], zoneId: string, signal: AbortSignal): Promise<void> {
  for await (const _page of ports.zones.records(zoneId, { signal })) return;
}

async function succeeds(reading: Promise<unknown>): Promise<'allowed'> {
  await reading;
  return 'allowed';
}

async function answerTo({ ask }: Question): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof FirecampError)) throw error;
    return error.code === 'FC-AWS-001' ? 'denied' : error.message;
  }
}
