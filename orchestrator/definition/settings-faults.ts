import { memberSettings } from '../../common/config/member-settings.ts';
import { claimTimeout, releaseTimeout } from '../../common/config/time-limits.ts';
import { booleanAt, has, textAt, textsAt } from './field-reader.ts';
import type { FieldFault } from './file-fault.ts';
import { nearestName } from './nearest-name.ts';
import { programSettings, whyRefused } from './program-settings.ts';

/** Variables of the init and stop container that cannot be set here, values that their programs would refuse, and ones that do not go together. */
export function settingsFaults(value: unknown): FieldFault[] {
  const given = textsAt(value, 'settings');
  if (given.length > 0 && textAt(value, 'type') === 'stateless') {
    return [{ path: ['settings'], atKey: true, message: 'is for stateful services only' }];
  }
  return [
    ...given.flatMap(([name, text]) => settingFault(name, text)),
    ...timeFaults(value),
    ...lookFault(value),
    ...endpointFaults(value),
    ...metadataFault(value),
  ];
}

function settingFault(name: string, text: string): FieldFault[] {
  const setting = programSettings.get(name);
  const path = ['settings', name];
  if (setting === undefined) return [{ path, atKey: true, message: `is not set here: ${reason(name)}` }];
  if (setting.parse(text) !== undefined) return [];
  const shown = text === '' ? 'an empty text' : JSON.stringify(text);
  return [{ path, atKey: false, message: `${shown} is not allowed: ${setting.allowed}` }];
}

function reason(name: string): string {
  const why = whyRefused(name);
  if (why !== undefined) return why;
  const names = [...programSettings.keys()];
  const meant = nearestName(name, names);
  return meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
}

/**
 * The least a service file gives each program. The programs take less, and do with it as long as nothing happens: but a claim that ends while
 * it waits is cut off itself, and the next one waits again. The 5 s are how long a request to EC2 may be on its way (`requestTimeoutMs`).
 */
const leastTimes = [
  {
    name: 'FIRECAMP_CLAIM_TIMEOUT',
    setting: claimTimeout,
    least: 30,
    why: 'a claim waits 5 s after one that was cut off, before it asks EC2 for anything',
  },
  {
    name: 'FIRECAMP_RELEASE_TIMEOUT',
    setting: releaseTimeout,
    least: 10,
    why: 'a release does not ask EC2 to take the address off with less than 5 s left',
  },
] as const;

function timeFaults(value: unknown): FieldFault[] {
  return leastTimes.flatMap(({ name, setting, least, why }) => {
    const given = textAt(value, 'settings', name);
    const time = given === undefined ? undefined : setting.parse(given);
    if (time === undefined || time >= least) return [];
    return [
      { path: ['settings', name], atKey: false, message: `${time} s is too short: ${why}; give it at least ${least}` },
    ];
  });
}

/** Each look renews the address; with less than two of them in its lifetime a late one loses it. */
function lookFault(value: unknown): FieldFault[] {
  const [lifetime, interval] = ['FIRECAMP_ADDRESS_LIFETIME', 'FIRECAMP_WATCH_INTERVAL'] as const;
  const lives = seconds(memberSettings.addressLifetimeSeconds, textAt(value, 'settings', lifetime));
  const looks = seconds(memberSettings.watchIntervalSeconds, textAt(value, 'settings', interval));
  if (lives === undefined || looks === undefined || lives >= 2 * looks) return [];
  const message = `the host drops the address after ${lives} s, and the stop container renews it each ${looks} s only: ${lifetime} has to be at least twice ${interval}`;
  return [{ path: ['settings', has(value, 'settings', lifetime) ? lifetime : interval], atKey: false, message }];
}

function seconds(
  setting: Readonly<{ otherwise?: number; parse: (text: string) => number | undefined }>,
  text: string | undefined,
): number | undefined {
  return text === undefined ? setting.otherwise : setting.parse(text);
}

/** AWS's SDK refuses each call to an endpoint of one's own while it is to choose one by a property. */
function endpointFaults(value: unknown): FieldFault[] {
  const endpoints = textsAt(value, 'settings').flatMap(([name]) => (/^AWS_ENDPOINT_URL/.test(name) ? [name] : []));
  return ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'].flatMap((name) => {
    if (endpoints.length === 0 || textAt(value, 'settings', name) !== 'true') return [];
    const message = `"true" does not go with ${endpoints.join(', ')}: write such an endpoint into the URL itself`;
    return [{ path: ['settings', name], atKey: false, message }];
  });
}

/** The claim of an address asks the instance metadata which instance it runs on, and whether the address has come. */
function metadataFault(value: unknown): FieldFault[] {
  const name = 'AWS_EC2_METADATA_DISABLED';
  if (booleanAt(value, 'staticIp') !== true || textAt(value, 'settings', name) !== 'true') return [];
  const message = '"true" does not go with staticIp: a claim of an address needs the instance metadata';
  return [{ path: ['settings', name], atKey: false, message }];
}
