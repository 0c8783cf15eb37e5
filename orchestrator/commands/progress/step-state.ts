import type { ProgressEvent } from '../../operation.ts';

/** What is known of one step: of the service as a whole, or of its members. */
export interface StepState {
  readonly step: string;
  /** By member; the empty name is the service as a whole. */
  readonly parts: ReadonlyMap<string, Pick<ProgressEvent, 'state' | 'detail'>>;
}

/** The steps so far, in the order in which they began, with one more event. */
export function withEvent(steps: readonly StepState[], event: ProgressEvent): readonly StepState[] {
  const { step, member = '', state, detail } = event;
  const known = steps.find((one) => one.step === step);
  const part = { state, ...(detail !== undefined && { detail }) };
  const next = { step, parts: new Map([...(known?.parts ?? []), [member, part]]) };
  return known === undefined ? [...steps, next] : steps.map((one) => (one === known ? next : one));
}

/** A step in one line, without its mark: `create volumes  2/3  redis-2: waiting for vol-0a`. */
export function stepLine({ step, parts }: StepState): string {
  const members = [...parts].filter(([member]) => member !== '');
  const done = members.filter(([, { state }]) => state === 'done').length;
  const count = members.length === 0 ? '' : `  ${done}/${members.length}`;
  const open = [...parts].filter(([, { state }]) => state !== 'done');
  const [member, { state, detail }] = open.find(([, part]) => part.state === 'failed') ??
    open.findLast(([, part]) => part.detail !== undefined) ??
    open.at(-1) ?? ['', parts.get('') ?? { state: 'done' as const }];
  const words = [member, state === 'failed' ? 'failed' : '', detail ?? ''].filter((word) => word !== '').join(': ');
  return `${step}${count}${words === '' ? '' : `  ${words}`}`;
}

/** Of all its parts. */
export function overall({ parts }: StepState): 'running' | 'done' | 'failed' {
  const states = [...parts.values()].map(({ state }) => state);
  if (states.includes('failed')) return 'failed';
  return states.every((state) => state === 'done') ? 'done' : 'running';
}
