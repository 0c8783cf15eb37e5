/** The processors that the programs are built for, by Node's names for them. */
export const architectures = ['x64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** What others call a processor. */
export interface ArchitectureNames {
  /** Debian's, Go's and with that the image specification's. */
  readonly debian: string;
  /** The kernel's, GCC's and QEMU's. */
  readonly gnu: string;
}

const names: Readonly<Record<Architecture, ArchitectureNames>> = {
  x64: { debian: 'amd64', gnu: 'x86_64' },
  arm64: { debian: 'arm64', gnu: 'aarch64' },
};

/** The other names of a processor. */
export function namesOf(arch: Architecture): ArchitectureNames {
  return names[arch];
}

/** Whether the programs are built for it. */
export function isArchitecture(text: string): text is Architecture {
  return architectures.some((known) => known === text);
}

/** This machine's. @throws {Error} on a machine of another kind, for which nothing is built and on which nothing was tried. */
export function ownArchitecture(): Architecture {
  if (isArchitecture(process.arch)) return process.arch;
  throw new Error(`this machine is ${process.arch}: the programs are built on and for ${architectures.join(' and ')}`);
}
