import type { KubeObjects, LiveObject } from '../../common/ports/kube-objects.ts';
import { kinds } from '../objects/kinds.ts';

/** An image of firecamp's in the pod templates of services. */
export interface ImageInUse {
  readonly image: string;
  /** `namespace/name` */
  readonly services: readonly string[];
}

/** The init and stop container images of the services of a namespace, or of all. */
export async function imagesInUse(
  kube: Pick<KubeObjects, 'list'>,
  namespace: string | undefined,
  options: { readonly signal: AbortSignal },
): Promise<readonly ImageInUse[]> {
  const scope = {
    labelSelector: 'app.kubernetes.io/managed-by=firecamp',
    ...(namespace !== undefined && { namespace }),
  };
  const { items } = await kube.list(kinds.StatefulSet, scope, options);
  const users = new Map<string, string[]>();
  for (const object of items) {
    for (const image of imagesOf(object)) {
      const { namespace: of = '', name } = object.metadata;
      users.set(image, [...(users.get(image) ?? []), `${of}/${name}`]);
    }
  }
  return [...users].map(([image, services]) => ({ image, services })).sort((a, b) => a.image.localeCompare(b.image));
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

function imagesOf(object: LiveObject): Set<string> {
  const text = JSON.stringify(object['spec'] ?? {});
  const images = [...text.matchAll(/"image":"([^"]*\/firecamp-(?:init|stop)container[^"]*)"/g)];
  return new Set(images.flatMap(([, image]) => image ?? []));
}
