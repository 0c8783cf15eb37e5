import { type Architecture, namesOf } from './architecture.ts';
import { debianCommand } from './debian.ts';

/** Tools that make programs for another processor than this machine's. */
export interface CrossTools {
  /** GCC, with the headers and the static libraries of a C library. */
  readonly cc: string;
  readonly strip: string;
}

/**
 * Debian's cross compiler for an architecture, installed where it is missing and we are root.
 * @throws {RigUnavailableError} where it cannot be had.
 */
export async function crossTools(arch: Architecture): Promise<CrossTools> {
  const { gnu, debian } = namesOf(arch);
  const prefix = `${gnu}-linux-gnu`;
  const inPackages = prefix.replace('_', '-');
  const cc = await debianCommand(`${prefix}-gcc`, `gcc-${inPackages}`, `libc6-dev-${debian}-cross`);
  return { cc, strip: await debianCommand(`${prefix}-strip`, `binutils-${inPackages}`) };
}
