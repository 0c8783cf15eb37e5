import type { ServiceAttrRecord } from '../../common/domain/records.ts';
import { conditionReasons } from './condition-reasons.ts';
import type { Workload } from './observations.ts';
import type { ServiceFault } from './service-faults.ts';
import type { MemberStatus } from './service-status.ts';

/** What the first word of the summary can be. */
export type ServiceState = 'Deleting' | 'Stopped' | 'Creating' | 'Degraded' | 'Unknown' | 'Healthy';

/** What the summary is made from. */
export interface SummaryFacts {
  readonly members: readonly MemberStatus[];
  readonly desired: number;
  readonly running: number;
  readonly unread: readonly string[];
  readonly workload: Workload | undefined;
  readonly attr: ServiceAttrRecord | undefined;
  /** What is wrong with the service as a whole. */
  readonly service: readonly ServiceFault[];
}

/** How the service is, in one word. A certain fault goes before what is unknown, and nothing unknown is healthy. */
export function stateOf(facts: SummaryFacts): ServiceState {
  const { attr, workload } = facts;
  if (attr?.status === 'DELETING' || attr?.status === 'DELETED') return 'Deleting';
  if (workload?.stoppedFrom !== undefined) return 'Stopped';
  if (attr?.status === 'CREATING' || attr?.status === 'INITIALIZING') return 'Creating';
  if (faultsOf(facts).length > 0) return 'Degraded';
  return doubtsOf(facts).length > 0 ? 'Unknown' : 'Healthy';
}

/** The line in words, at most three things named. */
export function summaryOf(state: ServiceState, facts: SummaryFacts): string {
  const { running, desired, workload } = facts;
  const ready = `${running} of ${desired} members`;
  const faults = someOf(faultsOf(facts));
  const also = faults === '' ? '' : `; ${faults}`;
  if (state === 'Healthy') return `Healthy: ${ready}`;
  if (state === 'Degraded') return `Degraded: ${faults}`;
  if (state === 'Unknown') return `Unknown: ${ready} ready as far as could be read; ${someOf(doubtsOf(facts))}`;
  if (state === 'Creating') return `Creating: ${ready} ready${also}`;
  if (state === 'Deleting') return `Deleting: ${facts.members.length} members left`;
  return `Stopped: to be started again with ${workload?.stoppedFrom} members${also}`;
}

function faultsOf(facts: SummaryFacts): string[] {
  const { members, service, workload, running, desired } = facts;
  return [
    ...service.map(({ message }) => message),
    ...memberFaults(members),
    ...(workload?.type === 'stateless' && running < desired ? [`${running} of ${desired} pods are Ready`] : []),
  ];
}

interface MemberFault {
  readonly name: string;
  readonly reason: string;
  readonly message: string;
}

/** From this many members on, one reason is told once for all of them. */
const manyMembers = 3;

function memberFaults(members: readonly MemberStatus[]): string[] {
  const wanted = members.filter((member) => member.wanted).length;
  const byReason = Map.groupBy(members.flatMap(faultOf), ({ reason }) => reason);
  return [...byReason.values()].flatMap((alike) => {
    if (alike.length < manyMembers) return alike.map(({ name, message }) => `${name}: ${message}`);
    const names = alike.map(({ name }) => name);
    return [`${alike.length} of ${wanted} members: ${commonWords(alike)}: ${someNames(names)}`];
  });
}

function faultOf({ name, wanted, conditions, agrees, record }: MemberStatus): MemberFault[] {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'False') return [{ name, reason: ready.reason, message: ready.message }];
  if (agrees !== 'False') return [];
  const releasing = 'value' in record && record.value?.state === 'releasing';
  const message = releasing ? 'its release is not known to be complete' : 'its sources name different owners';
  return [{ name, reason: 'Disagreement', message: wanted ? message : `not wanted any more, but ${message}` }];
}

/** What they all say, or else what their reason means. */
function commonWords(alike: readonly MemberFault[]): string {
  const [{ reason, message } = { reason: '', message: '' }, ...others] = alike;
  const meaning = Object.entries(conditionReasons).find(([name]) => name === reason)?.[1].meaning;
  if (meaning === undefined || others.every((other) => other.message === message)) return message;
  const [first = ''] = meaning.replace(/\.$/, '').replaceAll('`', '').split(/[;:] /);
  return `${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

function someNames(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}

function doubtsOf({ members, unread }: SummaryFacts): string[] {
  if (unread.length > 0) return [...unread];
  return members.filter(({ agrees }) => agrees !== 'True').map(({ name }) => `${name} could not be read in full`);
}

function someOf(texts: readonly string[]): string {
  const more = texts.length > 3 ? `; and ${texts.length - 3} more` : '';
  return `${texts.slice(0, 3).join('; ')}${more}`;
}
