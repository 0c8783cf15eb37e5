import { FirecampError } from '../common/domain/errors.ts';
import { failureEvent } from '../common/domain/failure-event.ts';
import { type MemberEvent, noteOf } from '../common/domain/member-event.ts';
import type { ReleaseResult } from './release-result.ts';

/** What is told of a release; nothing of a member that has no static IP. */
export function releaseEvent(result: ReleaseResult, policy: 'detach' | 'keep'): MemberEvent | undefined {
  const action = 'ReleaseStaticIP';
  if (result.kind === 'released') {
    const inEc2 =
      policy === 'keep' ? 'stays on its interface in EC2 (DETACH_POLICY=keep)' : 'is off its interface in EC2';
    const note = noteOf(`${result.ip} was released: it is off this host, and ${inEc2}.`);
    return { action, reason: 'StaticIPReleased', note, subject: result.ip };
  }
  if (result.kind === 'kept') {
    if (result.ip === undefined) return undefined;
    const note = noteOf(`${result.ip} was not released: ${result.why}.`);
    return { action, reason: 'StaticIPKept', note, subject: `${result.ip} ${result.why}` };
  }
  return failureEvent(action, releaseFailure(result));
}

/** A release that came to no end, as the error that the program ends with. */
export function releaseFailure(result: Extract<ReleaseResult, { kind: 'incomplete' | 'unknown' }>): FirecampError {
  const what =
    result.kind === 'incomplete'
      ? `The release of ${result.ip} is not known to be complete: ${result.why}`
      : `Whether the pod is over could not be told, so everything is kept: ${result.why}`;
  return new FirecampError('FC-REL-001', what, { cause: result.error });
}
