import { errorCatalogue } from '../../common/domain/error-catalogue.ts';
import { type EventAction, type EventReason, eventActions, eventReasons } from '../../common/domain/event-reasons.ts';
import { actionReasons, failureReasons, type MemberErrorCode } from '../../common/domain/failure-event.ts';
import { table } from './generated-part.ts';

/** The tables of actions and reasons. */
export function eventsPart(): string {
  const actions = Object.entries(eventActions).map(([action, meaning]) => [`\`${action}\``, meaning]);
  const reasons = (Object.keys(eventReasons) as EventReason[]).map((reason) => {
    const { type, actions, meaning } = eventReasons[reason];
    return [`\`${reason}\``, type, actions.map((action) => `\`${action}\``).join(', '), meaning, codesOf(reason)];
  });
  const silent = codesWhere((reason) => reason === 'none');
  return [
    '## Actions',
    table(['action', 'what is attempted'], actions),
    '## Reasons',
    table(['reason', 'type', 'action', 'meaning', 'codes'], reasons),
    `No Event: ${silent}, since the pod is ending or gone.`,
  ].join('\n\n');
}

/** The codes that are told as this reason, and whether those without a reason of their own are. */
function codesOf(reason: EventReason): string {
  const own = codesWhere((one) => one === reason);
  const ofAction = (Object.keys(actionReasons) as EventAction[]).some((action) => actionReasons[action] === reason);
  return [own, ofAction ? 'every other' : ''].filter((part) => part !== '').join(', ');
}

function codesWhere(matches: (reason: string) => boolean): string {
  const codes = (Object.keys(failureReasons) as MemberErrorCode[]).filter((code) => matches(failureReasons[code]));
  return codes.map((code) => `[${code}](codes/${code}.md) ${errorCatalogue[code].name}`).join(', ');
}
