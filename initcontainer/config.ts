import { memberSettings } from '../common/config/member-settings.ts';
import { wholeNumber, withDefault } from '../common/runtime/setting-types.ts';
import { type ResolvedSettings, resolveSettings, type SettingTable } from '../common/runtime/settings.ts';

/** Every setting of firecamp-initcontainer. */
export const claimSettings = {
  ...memberSettings,
  claimTimeoutSeconds: withDefault(
    wholeNumber(
      {
        env: 'FIRECAMP_CLAIM_TIMEOUT',
        flag: 'timeout',
        help: 'Seconds after which the claim ends with exit code 4; kubelet then runs it again.',
      },
      5,
      3600,
    ),
    180,
  ),
} as const satisfies SettingTable;

/** The validated, frozen configuration of a claim. */
export type ClaimConfig = ResolvedSettings<typeof claimSettings>['values'];

/** @throws InvalidConfigurationError with every fault at once */
export function readClaimConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ResolvedSettings<typeof claimSettings> {
  return resolveSettings(claimSettings, argv, env);
}
