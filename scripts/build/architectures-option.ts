import { type Architecture, architectures, isArchitecture } from '../rig/architecture.ts';

/**
 * What `--arch` says: architectures with commas between them, each once.
 * @throws {Error} for one that nothing is built for.
 */
export function readArchitectures(list: string): Architecture[] {
  const named = list.split(',');
  const unknown = named.filter((name) => !isArchitecture(name));
  if (unknown.length > 0) {
    throw new Error(`--arch ${list}: expected ${architectures.join(', ')} or both, with a comma between them`);
  }
  return architectures.filter((arch) => named.includes(arch));
}
