import { textAt } from '../../definition/field-reader.ts';
import { memberAccess } from '../../manifests/member-access.ts';
import { inWords, missingFrom } from '../../objects/field-differences.ts';
import { isInstalled, isInstalledByFirecamp } from '../../objects/object-owner.ts';
import { type Check, type Finding, fail, type Look, pass, skip, someOf, warn } from '../check.ts';
import type { AccessObject } from '../facts/access-facts.ts';
import type { KnownService } from '../facts/inventory.ts';
import { rightsBeyond } from '../rights.ts';
import { known } from '../seen.ts';

/** What the service accounts may do, against what this release gives them. */
export const accessCheck: Check = {
  id: 'FC-CHK-018',
  category: 'kubernetes',
  title: 'Service accounts and their roles',
  expected: 'as firecamp install of this release makes them; or none, then the first service makes the members’',
  judge: (look) => {
    const objects = known(look.access);
    const { settings } = look;
    const there = objects.filter(({ live }) => live !== undefined);
    // None at all may also be what somebody has deleted under services that live by them.
    if (there.length === 0 && !hasServices(known(look.inventory), settings.namespace)) {
      return skip(`there are none in ${settings.namespace} yet`, installCommand(look, there));
    }
    const ofMembers = new Set(memberAccess(settings).map(nameOf));
    const members = objects.filter(({ wanted }) => ofMembers.has(nameOf(wanted)));
    // Whoever makes services from outside the cluster needs no account in it.
    const manager = there.filter(({ wanted }) => !ofMembers.has(nameOf(wanted)));
    const others = manager.length === 0 ? [] : objects.filter(({ wanted }) => !ofMembers.has(nameOf(wanted)));
    return judge(look, members, others);
  },
};

function judge(look: Look, members: readonly AccessObject[], others: readonly AccessObject[]): Finding {
  const remedy = installCommand(look, [...members, ...others]);
  // The first service makes what is missing of the members'; what is there it leaves as it is.
  const isFirst = 'value' in look.inventory && !hasServices(look.inventory.value, look.settings.namespace);
  const lacking = members.filter(({ live }) => live !== undefined || !isFirst).flatMap(lackOf);
  if (lacking.length > 0) return fail(`members cannot do their work: ${someOf(lacking)}`, remedy);
  const all = [...members, ...others];
  const different = [...all.flatMap(lackOf), ...all.flatMap(excessOf)];
  if (different.length > 0) return warn(someOf(different), remedy);
  return pass(`${members.length + others.length} objects, as this release makes them`);
}

/** Records in DynamoDB are those of all namespaces. One that names none is FireCamp's, and may be of this one. */
function hasServices(inventory: readonly KnownService[], namespace: string): boolean {
  return inventory.some((service) => (service.namespace ?? namespace) === namespace);
}

function lackOf({ wanted, live }: AccessObject): string[] {
  const name = nameOf(wanted);
  if (live === undefined) return [`there is no ${name}`];
  const lacking = rightsBeyond(wanted, live);
  if (lacking.length > 0) return [`${name} does not allow ${someOf(lacking)}`];
  const { roleRef, subjects } = wanted;
  const differences = roleRef === undefined ? [] : missingFrom(live, { roleRef, subjects });
  return differences.length === 0 ? [] : [`${name} has ${inWords(differences, 2)}`];
}

/** Labels and annotations are whoever's who put it there. */
function excessOf({ wanted, live }: AccessObject): string[] {
  const more = rightsBeyond(live, wanted);
  return more.length === 0 ? [] : [`${nameOf(wanted)} also allows ${someOf(more)}`];
}

function nameOf({ kind, metadata }: Pick<AccessObject['wanted'], 'kind' | 'metadata'>): string {
  return `${kind} ${metadata.name}`;
}

/** With the roles in AWS that the accounts have now: without them `install` would take those away. Where helm or Git have them, they must give them. */
function installCommand({ settings }: Look, objects: readonly AccessObject[]): string {
  const { namespace, dbType } = settings;
  const foreign = objects.some(({ live }) => {
    return live !== undefined && isInstalled(live) && !isInstalledByFirecamp(live);
  });
  const roles = objects.flatMap(({ live }) => {
    const arn = textAt(live, 'metadata', 'annotations', 'eks.amazonaws.com/role-arn');
    const whose = live?.metadata.name === 'firecamp-manageservice-sa' ? 'manager' : 'member';
    return arn === undefined ? [] : [`--${whose}-role-arn ${arn}`];
  });
  const verb = foreign ? 'firecamp install render' : 'firecamp install';
  return [`${verb} -n ${namespace} --db-type ${dbType}`, ...roles].join(' ');
}
