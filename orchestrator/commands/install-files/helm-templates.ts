import { installObjects } from '../../install/install-objects.ts';
import type { Installation } from '../../install/installation.ts';
import type { KubeObject } from '../../manifests/kube-object.ts';
import { asYaml } from '../output/print.ts';

/**
 * The chart's templates are made of the very objects that `install` applies, by trying it: texts are given as marks, which become
 * expressions wherever they turn up, and each setting that has alternatives is given each of them. An object that differs between them gets
 * an `if` around its forms. So what the objects are is said in one place, and no template can say anything else.
 */
const marks = { namespace: mark(0), memberRoleArn: mark(1), managerRoleArn: mark(2) };

const expressions = [
  '(.Values.namespace | default .Release.Namespace)',
  '.Values.memberRoleArn',
  '.Values.managerRoleArn',
];

/** One setting's alternatives; the first is given while the others are tried. */
type Choice = readonly { readonly when: string; readonly given: Partial<Installation> }[];

const choices: readonly Choice[] = [
  [
    { when: 'not .Values.existingNamespace', given: { existingNamespace: false } },
    { when: '.Values.existingNamespace', given: { existingNamespace: true } },
  ],
  [
    { when: 'eq .Values.dbType "k8sdb"', given: { dbType: 'k8sdb' } },
    { when: 'eq .Values.dbType "clouddb"', given: { dbType: 'clouddb' } },
  ],
  [
    { when: '.Values.memberRoleArn', given: { memberRoleArn: marks.memberRoleArn } },
    { when: 'not .Values.memberRoleArn', given: { memberRoleArn: undefined } },
  ],
  [
    { when: '.Values.managerRoleArn', given: { managerRoleArn: marks.managerRoleArn } },
    { when: 'not .Values.managerRoleArn', given: { managerRoleArn: undefined } },
  ],
];

const first: Installation = Object.assign({ namespace: marks.namespace }, ...choices.map(([one]) => one?.given));

/** Templates by file name, one an object, as Helm's best practices ask ("Templates"). */
export function helmTemplates(): ReadonlyMap<string, string> {
  const all = choices.flatMap((choice) => choice.flatMap(({ given }) => installObjects({ ...first, ...given })));
  const byFile = new Map(all.map((object) => [fileOf(object), object]));
  return new Map([...byFile.keys()].map((file) => [file, templateOf(file)]));
}

function fileOf({ kind, metadata }: KubeObject): string {
  const name = metadata.name.replaceAll(/-?\u{e000}\d/gu, '');
  return `${[kind.toLowerCase(), ...(name === '' ? [] : [name])].join('-')}.yaml`;
}

/** What an object is made of under each alternative of the one setting on which it depends. */
function templateOf(file: string): string {
  const depends = choices
    .map((choice) => choice.map(({ when, given }) => ({ when, text: textIn(file, { ...first, ...given }) })))
    .filter((forms) => new Set(forms.map(({ text }) => text)).size > 1);
  if (depends.length > 1) throw new TypeError(`${file} depends on more than one setting, which templates cannot say`);
  const [forms] = depends;
  if (forms === undefined) return textIn(file, first);
  return forms
    .filter(({ text }) => text !== '')
    .map(({ when, text }) => `{{- if ${when} }}\n${text}{{- end }}\n`)
    .join('');
}

/** Empty where such an installation does not have it. */
function textIn(file: string, installation: Installation): string {
  const object = installObjects(installation).find((one) => fileOf(one) === file);
  if (object === undefined) return '';
  const found: string[] = [];
  const text = asYaml(withTexts(object, (value) => `firecampTemplate${found.push(expressionOf(value)) - 1}x`));
  return text.replaceAll(/firecampTemplate(\d+)x/g, (_all, at: string) => `{{ ${found[Number(at)]} | toJson }}`);
}

/** Every text with a mark in it, or with what a template would take for an expression, replaced. */
function withTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return /\u{e000}|\{\{/u.test(value) ? replace(value) : value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, replace)]));
}

/** `toJson` behind it makes any text a scalar of YAML that can be nothing else, however it is spelt (YAML 1.2, "Relation to JSON"). */
function expressionOf(text: string): string {
  const parts = text.split(/(\u{e000}\d)/u).filter((part) => part !== '');
  const words = parts.map((part) => {
    return part.startsWith('\u{e000}') ? expressions[Number(part.slice(1))] : JSON.stringify(part);
  });
  return words.length === 1 ? (words[0] ?? '') : `print ${words.join(' ')}`;
}

/** No setting can have this character (Unicode, "Private-Use Characters"). */
function mark(at: number): string {
  return `\u{e000}${at}`;
}
