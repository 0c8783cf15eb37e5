import type { KubeObjects, LiveObject } from '../../common/ports/kube-objects.ts';
import { bounded } from '../../common/runtime/bounded.ts';
import { textAt } from '../definition/field-reader.ts';
import { kinds } from '../objects/kinds.ts';

/** An image of firecamp's that members of services run, or get when they are restarted. */
export interface ImageInUse {
  readonly image: string;
  /** `namespace/name` */
  readonly services: readonly string[];
}

/** A template is what the next pod will be; pods keep what they were made with until they are replaced (update strategy `OnDelete`). */
const using = [kinds.StatefulSet, kinds.Pod];

/** The init and stop container images of the services of a namespace, or of all: in their pod templates and in their pods. */
export async function imagesInUse(
  kube: Pick<KubeObjects, 'list'>,
  namespace: string | undefined,
  options: { readonly signal: AbortSignal },
): Promise<readonly ImageInUse[]> {
  const scope = {
    labelSelector: 'app.kubernetes.io/managed-by=firecamp',
    ...(namespace !== undefined && { namespace }),
  };
  const lists = await bounded(options.signal, using, using.length, async (kind, signal) => {
    return (await kube.list(kind, scope, { signal })).items;
  });
  const users = new Map<string, Set<string>>();
  for (const object of lists.flat()) {
    for (const image of imagesOf(object)) users.set(image, (users.get(image) ?? new Set()).add(serviceOf(object)));
  }
  return [...users]
    .map(([image, services]) => ({ image, services: [...services].sort() }))
    .sort((a, b) => a.image.localeCompare(b.image));
}

/** Those of another release, or of one that their name does not tell. */
export function ofOtherReleases(release: string, images: readonly ImageInUse[]): ImageInUse[] {
  return images.filter(({ image }) => /:([^/:@]+)(?:@|$)/.exec(image)?.[1] !== release);
}

/** A line for each image of another release than this program's: it may write what the other does not read. */
export function skewWarnings(client: string, images: readonly ImageInUse[]): string[] {
  return ofOtherReleases(client, images).map(({ image, services }) => {
    const [namespace, name] = services.length === 1 ? (services[0]?.split('/') ?? []) : [];
    const which = name === undefined ? 'SERVICE' : `${name} -n ${namespace}`;
    const how = `firecamp update ${which} --release-version ${client} --restart`;
    return `${services.join(', ')} ${services.length === 1 ? 'runs' : 'run'} ${image}, this is ${client}: ${how}`;
  });
}

function serviceOf(object: LiveObject): string {
  const { namespace = '', name } = object.metadata;
  return `${namespace}/${textAt(object, 'metadata', 'labels', 'firecamp-servicename') ?? name}`;
}

function imagesOf(object: LiveObject): Set<string> {
  const text = JSON.stringify(object['spec'] ?? {});
  const images = [...text.matchAll(/"image":"([^"]*\/firecamp-(?:init|stop)container[^"]*)"/g)];
  return new Set(images.flatMap(([, image]) => image ?? []));
}
