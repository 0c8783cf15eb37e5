import { memberSettings } from '../common/config/member-settings.ts';
import { claimTimeout } from '../common/config/time-limits.ts';
import { type ResolvedSettings, resolveSettings, type SettingTable } from '../common/runtime/settings.ts';

/** Every setting of firecamp-initcontainer. */
export const claimSettings = {
  ...memberSettings,
  claimTimeoutSeconds: claimTimeout,
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
