import { version } from '../../../common/runtime/version.ts';
import { type Installation, installSettings } from '../../install/installation.ts';
import { asJson, asYaml } from '../output/print.ts';
import { helmTemplates } from './helm-templates.ts';
import { written } from './write-files.ts';

/** What the chart's values are where nobody sets them. */
export type ChartDefaults = Partial<Installation>;

type Value = string | boolean;

/** What the chart's users have to know beside the words of the flags. */
const remarks: Readonly<Record<keyof Installation, string>> = {
  namespace: 'Empty: that of the release.',
  existingNamespace:
    'helm keeps its release in a namespace that is there before, so false is for releases kept in another one, and for helm template. ' +
    'The namespace stays when the release is uninstalled.',
  dbType:
    'Another value takes away the role that the members of earlier services may live by: change it before there are services.',
  memberRoleArn: 'Empty: credentials come another way.',
  managerRoleArn: 'Empty: credentials come another way.',
};

/** A chart that makes what `install render` prints, with a value for each of its flags. */
export function helmChart(defaults: ChartDefaults): ReadonlyMap<string, string> {
  const values = valuesOf(defaults);
  const templates = [...helmTemplates()].map(([file, text]): [string, string] => [
    `templates/${file}`,
    `{{- /* ${written} */ -}}\n${text}`,
  ]);
  return new Map([
    ['Chart.yaml', `# ${written}\n${asYaml(metadata)}`],
    ['values.yaml', valuesYaml(values)],
    ['values.schema.json', asJson(schema)],
    ...templates,
    ['templates/NOTES.txt', notes],
  ]);
}

const metadata = {
  apiVersion: 'v2',
  name: 'firecamp',
  description: 'What a namespace needs before the first service of firecamp: service accounts and what they may do',
  type: 'application',
  version,
  appVersion: version,
  // The pre-release part lets versions such as v1.34.1-eks-abc pass (Helm documentation, "Charts", kubeVersion).
  kubeVersion: '>=1.25.0-0',
};

function valuesOf({ namespace, existingNamespace, dbType, memberRoleArn, managerRoleArn }: ChartDefaults) {
  return {
    namespace: namespace ?? '',
    existingNamespace: existingNamespace ?? true,
    dbType: dbType ?? 'clouddb',
    memberRoleArn: memberRoleArn ?? '',
    managerRoleArn: managerRoleArn ?? '',
  } satisfies Record<keyof Installation, Value>;
}

function valuesYaml(values: Readonly<Record<keyof Installation, Value>>): string {
  const blocks = settingNames.map((name) => {
    const { words } = installSettings[name];
    return `\n# ${name}: ${words}\n# ${remarks[name]}\n${asYaml({ [name]: values[name] })}`;
  });
  return `# ${written}\n${blocks.join('')}`;
}

const settingNames = Object.keys(installSettings) as (keyof Installation)[];

/** JSON has no comments; `$comment` is what JSON Schema has for them. `global` is what helm itself gives to a chart below another. */
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $comment: written,
  type: 'object',
  additionalProperties: false,
  properties: { ...Object.fromEntries(settingNames.map((name) => [name, schemaOf(name)])), global: { type: 'object' } },
};

function schemaOf(name: keyof Installation): object {
  const setting: { readonly words: string; readonly pattern?: string; readonly choices?: readonly string[] } =
    installSettings[name];
  const { words: description, pattern, choices } = setting;
  if (choices !== undefined) return { description, type: 'string', enum: choices };
  if (pattern !== undefined) return { description, type: 'string', pattern: `^$|${pattern}` };
  return { description, type: 'boolean' };
}

const notes = `{{- /* ${written} */ -}}
{{- $namespace := .Values.namespace | default .Release.Namespace -}}
Namespace {{ $namespace }} has what services need in Kubernetes. What they need in AWS, and whether members may run there:

  firecamp doctor -n {{ $namespace }} --db-type {{ .Values.dbType }} --cluster CLUSTER
`;
