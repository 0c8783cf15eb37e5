import type { ServiceDefinition } from '../definition/service-definition.ts';
import type { ServiceUpdate } from '../service-operations.ts';

/** The definition with the update in it; what the update leaves out stays. */
export function mergeUpdate(was: ServiceDefinition, update: ServiceUpdate): ServiceDefinition {
  const { ports, registerDns, releaseVersion, containerImage, ...resources } = update;
  return {
    ...was,
    ...(containerImage !== undefined && { image: containerImage }),
    ...(ports !== undefined && { ports }),
    ...(registerDns !== undefined && { registerDns }),
    resources: { ...was.resources, ...given(resources) },
    images: { ...was.images, ...(releaseVersion !== undefined && { release: releaseVersion }) },
  };
}

/** Without properties that are there and undefined: they would take away what is to stay. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
