import type { KubeObject } from '../manifests/kube-object.ts';
import { refOf } from '../objects/kinds.ts';
import { kubeRetried, named } from '../objects/kube-calls.ts';
import type { Change, Operation } from '../operation.ts';
import { imagesInUse, ofOtherReleases } from '../status/images-in-use.ts';
import { deleteInstalled } from './delete-installed.ts';
import { installObjects } from './install-objects.ts';
import type { Installation } from './installation.ts';
import { installedObjects } from './installed-objects.ts';
import { servicesOf } from './namespace-content.ts';

/**
 * Takes away what an earlier installation of the namespace had and this one has not, once nothing can be using it: members whose containers
 * are of another release may live by what that release had, and those with the other record store by a role of their own.
 *
 * @returns what was deleted, and what is kept with the reason
 */
export async function prune(operation: Operation, installation: Installation): Promise<Change[]> {
  const wanted = namesOf(installObjects(installation));
  const superfluous = (await installedObjects(operation)).filter(({ ref }) => !wanted.has(named(ref)));
  if (superfluous.length === 0) return [];
  const others = await otherReleases(operation);
  const services = await servicesOf(operation);
  const otherStore = namesOf(installObjects({ ...installation, dbType: otherDbType(installation) }));
  const changes: Change[] = [];
  for (const { ref } of superfluous) {
    const forOtherStore = services.length > 0 && otherStore.has(named(ref));
    const why = forOtherStore ? `${services.join(', ')} may have records there` : others;
    if (why === undefined) changes.push(...(await deleteInstalled(operation, ref)));
    else changes.push({ action: 'keep', kind: ref.kind.kind, name: ref.name, detail: why });
  }
  return changes;
}

function namesOf(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(objects.map((object) => named(refOf(object))));
}

function otherDbType({ dbType }: Installation): Installation['dbType'] {
  return dbType === 'k8sdb' ? 'clouddb' : 'k8sdb';
}

/** Undefined when all members of the namespace have containers of this release. */
async function otherReleases({ ports, settings, signal }: Operation): Promise<string | undefined> {
  const images = await kubeRetried({ ports, signal }, (options) =>
    imagesInUse(ports.kube, settings.namespace, options),
  );
  const others = ofOtherReleases(settings.release, images);
  if (others.length === 0) return undefined;
  const services = [...new Set(others.flatMap((image) => image.services))].sort();
  return `containers of another release may need it: ${services.join(', ')}`;
}
