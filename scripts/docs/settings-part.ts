import { memberSettings } from '../../common/config/member-settings.ts';
import { sdkSettings } from '../../common/config/sdk-settings.ts';
import type { Setting, SettingTable } from '../../common/runtime/settings.ts';
import { claimSettings } from '../../initcontainer/config.ts';
import { programSettings } from '../../orchestrator/definition/program-settings.ts';
import { releaseSettings } from '../../stopcontainer/config.ts';
import { table } from './generated-part.ts';

/** Every setting of both programs and where it can be set, from the tables that the programs themselves read. */
export function settingsPart(): string {
  return [
    '## Both programs',
    settingsTable(memberSettings),
    '## firecamp-initcontainer only',
    settingsTable(without(claimSettings, memberSettings)),
    '## firecamp-stopcontainer only',
    settingsTable(without(releaseSettings, memberSettings)),
    '## Read by AWS’s SDK and by Node',
    settingsTable(sdkSettings),
    '## In a service file',
    `The field \`settings\` takes these: ${[...programSettings.keys()].map(code).join(', ')}.`,
  ].join('\n\n');
}

function without(all: SettingTable, known: SettingTable): SettingTable {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !(name in known)));
}

function settingsTable(settings: SettingTable): string {
  const rows = Object.values(settings).map((setting) => [
    code(setting.env),
    code(setting.flag && `-${setting.flag}`),
    setting.help,
    setting.allowed,
    standard(setting),
  ]);
  return table(['variable', 'flag', 'what it is', 'allowed', 'default'], rows);
}

function code(name: string | undefined): string {
  return name === undefined ? '' : `\`${name}\``;
}

function standard(setting: Setting<unknown>): string {
  if (!('otherwise' in setting)) return '**required**';
  if (setting.otherwise === undefined) return 'not set';
  const text = String(setting.otherwise);
  return text === '' ? 'none' : `\`${text}\``;
}
