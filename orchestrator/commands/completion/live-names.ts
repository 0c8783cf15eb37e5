import { deadlineAfter } from '../../../common/runtime/deadline.ts';
import { systemClock } from '../../../common/runtime/system-clock.ts';
import type { Cli } from '../cli.ts';
import { type KnownService, knownServices } from '../settings/service-objects.ts';
import type { Candidate } from './complete-words.ts';

/** Nobody waits longer for a completion. */
const patienceMs = 2000;

const sources: Readonly<Record<string, (service: KnownService) => readonly string[]>> = {
  service: ({ name }) => [name],
  member: members,
  about: (service) => [service.name, ...members(service)],
};

/** Whether names of this kind are to be had from the cluster. */
export function isLive(kind: string): boolean {
  return Object.hasOwn(sources, kind);
}

/** Names of services or members in the cluster that the flags choose; none when it does not answer soon. */
export async function liveNames(
  cli: Cli,
  kind: string,
  flags: ReadonlyMap<string, string>,
  before: readonly string[],
): Promise<readonly Candidate[]> {
  using deadline = deadlineAfter(systemClock, patienceMs, 'completing');
  const signal = AbortSignal.any([cli.signal, deadline.signal]);
  try {
    using connection = await cli.connect({ ...chosen(flags), requestTimeout: patienceMs });
    const all = await knownServices(connection.kube, connection.namespace, { signal });
    const [service] = before;
    const wanted = kind === 'member' && service !== undefined ? all.filter(({ name }) => name === service) : all;
    return wanted.flatMap((one) => (sources[kind]?.(one) ?? []).map((value) => ({ value, description: one.type })));
  } catch {
    // A completion that fails must not write over what somebody types.
    return [];
  }
}

function chosen(flags: ReadonlyMap<string, string>) {
  const names = ['namespace', 'context', 'kubeconfig'] as const;
  return Object.fromEntries(names.flatMap((name) => (flags.has(name) ? [[name, flags.get(name)]] : [])));
}

function members({ name, type, replicas }: KnownService): readonly string[] {
  return type === 'stateless' ? [] : Array.from({ length: replicas }, (_none, ordinal) => `${name}-${ordinal}`);
}
