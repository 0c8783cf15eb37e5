import { namesOf, parseTemplate, type TemplateName } from '../../common/domain/config-template.ts';
import { listFields, memberFields, serviceFields } from '../../common/domain/render-template.ts';
import { booleanAt, listAt, textAt } from './field-reader.ts';
import type { FieldFault } from './file-fault.ts';
import { nearestName } from './nearest-name.ts';

/** What is wrong with the values that a config file's content names, each with its place in the content. */
export function templateFaults(file: unknown, content: string | undefined, index: number): FieldFault[] {
  // Most files have none.
  if (content?.includes('{{') !== true) return [];
  const path = ['configFiles', index, 'content'];
  const { parts, faults } = parseTemplate(content);
  const named = namesOf(parts).flatMap((name) => {
    const message = nameFault(file, name);
    return message === undefined ? [] : [{ at: name.at, message }];
  });
  return [...faults, ...named].map(({ at, message }) => ({ path, atKey: false, message, inText: at }));
}

function nameFault(file: unknown, { name, inList }: TemplateName): string | undefined {
  const known = knownNames(file);
  if (name.startsWith('each.') && !inList) {
    return `{{${name}}} stands in no list: between {{#members}} and {{/members}}, or {{#peers}} and {{/peers}}`;
  }
  if (known.includes(name)) return missingValue(file, name);
  const meant = nearestName(name, known);
  if (meant !== undefined) return `{{${name}}} is no value: did you mean {{${meant}}}?`;
  return `{{${name}}} is no value: there are ${known.join(', ')}; \\{{ is two braces that are text`;
}

/** Every name that has a value in the files of this service, or could have. */
function knownNames(file: unknown): string[] {
  const ports = listAt(file, 'ports').flatMap((_port, index) => textAt(file, 'ports', index, 'name') ?? []);
  return [
    ...['member', 'each'].flatMap((group) => memberFields.map((field) => `${group}.${field}`)),
    ...['members', 'peers'].flatMap((group) => listFields.map((field) => `${group}.${field}`)),
    ...serviceFields.map((field) => `service.${field}`),
    ...ports.map((port) => `port.${port}`),
  ];
}

/** A value that the members of this service do not have. */
function missingValue(file: unknown, name: string): string | undefined {
  if (/\.staticIps?$/.test(name) && booleanAt(file, 'staticIp') !== true) {
    return `{{${name}}} has no value: members have an address of their own with staticIp: true only`;
  }
  // Names are the default of stateful services, and others have no config files.
  if (/\.dnsNames?$/.test(name) && booleanAt(file, 'registerDns') === false) {
    return `{{${name}}} has no value: members have no name in DNS with registerDns: false`;
  }
  return undefined;
}
