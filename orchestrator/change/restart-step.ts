import type { RestartMember, RestartView } from './restart-view.ts';

/** What a rolling restart does next. */
export type RestartStep =
  /** One of these is restarted; the order chooses. */
  | { readonly kind: 'restart'; readonly among: readonly [RestartMember, ...RestartMember[]] }
  /** It is not Ready, and nobody else is restarted before it is. */
  | { readonly kind: 'await'; readonly member: RestartMember }
  | { readonly kind: 'done' };

/** Which members are to be restarted, and whether that goes on although others are not Ready. */
export interface RestartWish {
  readonly isChosen: (member: RestartMember) => boolean;
  readonly force: boolean;
}

/** Members that forbid a restart: all that are not Ready, unless it is one alone and to be restarted itself. */
export function hindrances({ members }: RestartView, { isChosen, force }: RestartWish): readonly RestartMember[] {
  const notReady = members.filter((member) => !isReady(member));
  const [first, ...others] = notReady;
  const alone = first !== undefined && others.length === 0 && isChosen(first);
  return force || alone ? [] : notReady;
}

/**
 * Decides from the cluster alone, so that whoever runs it next goes on in the same place. At most one member is ever not Ready because of
 * a restart, and the one that a stopped restart has left comes first. With `force` the others do not wait for those that are not Ready.
 */
export function restartStep(view: RestartView, wish: RestartWish): RestartStep {
  const [hindrance] = hindrances(view, wish);
  if (hindrance !== undefined) return { kind: 'await', member: hindrance };
  const chosen = view.members.filter(wish.isChosen);
  const stale = chosen.filter((member) => isStale(member, view.updateRevision));
  const left = chosen.filter((member) => !isReady(member));
  const among = atLeastOne(left.filter((member) => stale.includes(member))) ?? atLeastOne(stale);
  const awaited = left.find((member) => !stale.includes(member) && (!wish.force || isComing(member)));
  if (awaited !== undefined && (!wish.force || among === undefined)) return { kind: 'await', member: awaited };
  return among === undefined ? { kind: 'done' } : { kind: 'restart', among };
}

/** Its pod runs an earlier revision. One that ends already will come back with the wanted one. */
export function isStale({ pod }: RestartMember, updateRevision: string): boolean {
  return pod !== undefined && !pod.terminating && pod.revision !== updateRevision;
}

function isReady({ pod }: RestartMember): boolean {
  return pod?.ready === true && !pod.terminating;
}

/** It has no pod yet that could be looked at. */
export function isComing({ pod }: RestartMember): boolean {
  return pod === undefined || pod.terminating;
}

function atLeastOne<T>(items: readonly T[]): readonly [T, ...T[]] | undefined {
  const [first, ...others] = items;
  return first === undefined ? undefined : [first, ...others];
}
