import { memberSettings } from '../common/config/member-settings.ts';
import { releaseTimeout } from '../common/config/time-limits.ts';
import { optional, text, wholeNumber, yesNo } from '../common/runtime/setting-types.ts';
import { type ResolvedSettings, resolveSettings, type SettingTable } from '../common/runtime/settings.ts';

/** Every setting of firecamp-stopcontainer. */
export const releaseSettings = {
  ...memberSettings,
  once: yesNo({ flag: 'once', help: 'Decide and release now, and end (preStop hook, or by hand).' }),
  guard: yesNo({ flag: 'guard', help: 'Put the address back on the host if it is still this pod’s, and end.' }),
  check: yesNo({ flag: 'check', help: 'Validate the configuration and end.' }),
  claimEpoch: optional(
    wholeNumber(
      { flag: 'claim-epoch', help: 'Epoch of the claim that the waiting process saw.' },
      1,
      Number.MAX_SAFE_INTEGER,
    ),
  ),
  claimPodUid: optional(
    text(
      { flag: 'claim-pod-uid', help: 'Pod UID of the claim that the waiting process saw.' },
      'a UID',
      /^[0-9a-f-]{1,64}$/,
    ),
  ),
  graceSeconds: releaseTimeout,
} as const satisfies SettingTable;

/** The validated, frozen configuration of a release. */
export type ReleaseConfig = ResolvedSettings<typeof releaseSettings>['values'];

/** @throws InvalidConfigurationError with every fault at once */
export function readReleaseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ResolvedSettings<typeof releaseSettings> {
  return resolveSettings(releaseSettings, argv, env);
}
