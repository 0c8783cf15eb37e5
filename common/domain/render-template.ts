import type { Template, TemplateList, TemplatePart } from './config-template.ts';

/** A member as config files can name it. */
export interface TemplateMember {
  readonly name: string;
  readonly ordinal: number;
  readonly zone: string;
  readonly staticIp: string | undefined;
  readonly dnsName: string | undefined;
}

/** A service as its config files can name it. */
export interface TemplateService {
  readonly cluster: string;
  readonly name: string;
  readonly namespace: string;
  readonly domain: string;
  readonly replicas: number;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  /** All members, by ordinal. */
  readonly members: readonly TemplateMember[];
}

/** What a member has, as `member.…` and, in a list, `each.…`. */
export const memberFields = ['name', 'ordinal', 'number', 'zone', 'staticIp', 'dnsName'] as const;
/** What a service has, as `service.…`. */
export const serviceFields = ['cluster', 'name', 'namespace', 'domain', 'replicas'] as const;
/** What lists have, joined by commas, as `members.…` and `peers.…`. */
export const listFields = ['names', 'staticIps', 'dnsNames'] as const;

/**
 * The text for one member; for a template that is the same for all, `self` may be any of them.
 *
 * @throws RangeError for a name that has no value: templates are judged when the service file is read
 */
export function renderTemplate(
  { parts }: Pick<Template, 'parts'>,
  service: TemplateService,
  self: TemplateMember,
): string {
  return rendered(parts, service, self, undefined);
}

function rendered(
  parts: readonly TemplatePart[],
  service: TemplateService,
  self: TemplateMember,
  each: TemplateMember | undefined,
): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'value') return namedValue(part.name, service, self, each);
      return listed(part.list, service, self)
        .map((one) => rendered(part.parts, service, self, one))
        .join('');
    })
    .join('');
}

function listed(list: TemplateList, service: TemplateService, self: TemplateMember): readonly TemplateMember[] {
  return list === 'members' ? service.members : service.members.filter(({ ordinal }) => ordinal !== self.ordinal);
}

function namedValue(
  name: string,
  service: TemplateService,
  self: TemplateMember,
  each: TemplateMember | undefined,
): string {
  const dot = name.indexOf('.');
  const [group, field] = [name.slice(0, dot), name.slice(dot + 1)];
  let value: string | number | undefined;
  if (group === 'member') value = memberValue(self, field);
  else if (group === 'each' && each) value = memberValue(each, field);
  else if (group === 'members' || group === 'peers') value = joined(listed(group, service, self), field);
  else if (group === 'port') value = service.ports.find((port) => port.name === field)?.containerPort;
  else if (group === 'service') value = serviceValue(service, field);
  if (value === undefined) throw new RangeError(`the config template names ${name}, which has no value`);
  return String(value);
}

function memberValue(member: TemplateMember, field: string): string | number | undefined {
  const known = memberFields.find((one) => one === field);
  if (known === undefined) return undefined;
  return known === 'number' ? member.ordinal + 1 : member[known];
}

function joined(members: readonly TemplateMember[], field: string): string | undefined {
  const known = listFields.find((one) => one === field);
  if (known === undefined) return undefined;
  const one = { names: 'name', staticIps: 'staticIp', dnsNames: 'dnsName' } as const;
  return members.flatMap((member) => member[one[known]] ?? []).join(',');
}

function serviceValue(service: TemplateService, field: string): string | number | undefined {
  const known = serviceFields.find((one) => one === field);
  return known === undefined ? undefined : service[known];
}
