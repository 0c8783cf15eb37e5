import { type Architecture, namesOf } from './architecture.ts';
import { debianCommand } from './debian.ts';

/**
 * Debian's GCC for another processor than this machine's, with the headers and the static libraries of a C library; installed
 * where it is missing and we are root.
 * @throws {RigUnavailableError} where it cannot be had.
 */
export function crossCompiler(arch: Architecture): Promise<string> {
  const { debian } = namesOf(arch);
  return debianCommand(`${prefixOf(arch)}-gcc`, `gcc-${inPackages(arch)}`, `libc6-dev-${debian}-cross`);
}

/** As `crossCompiler`, but only the `strip` for that processor, which needs no compiler. */
export function crossStrip(arch: Architecture): Promise<string> {
  return debianCommand(`${prefixOf(arch)}-strip`, `binutils-${inPackages(arch)}`);
}

function prefixOf(arch: Architecture): string {
  return `${namesOf(arch).gnu}-linux-gnu`;
}

function inPackages(arch: Architecture): string {
  return prefixOf(arch).replace('_', '-');
}
