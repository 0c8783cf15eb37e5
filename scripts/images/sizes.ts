import type { Architecture } from '../rig/architecture.ts';
import type { LayerSize } from './oci-layout.ts';

/** Bytes that the images of a member's two containers may take together, compressed, what they share counted once. */
const memberBudget = 36_000_000;

/** What a node of an architecture has to fetch for a member, compressed with zstd. */
export function memberSize(layers: readonly LayerSize[], arch: Architecture): number {
  const ofMembers = layers.filter((layer) => layer.arch === arch && layer.images.some((name) => name !== 'firecamp'));
  return ofMembers.reduce((sum, { zstd }) => sum + zstd, 0);
}

/** Whether every architecture keeps the budget. */
export function isWithinBudget(layers: readonly LayerSize[]): boolean {
  return architecturesOf(layers).every((arch) => memberSize(layers, arch) <= memberBudget);
}

/** A table of the layers, and for each architecture a line that says whether the budget is kept. */
export function sizesText(layers: readonly LayerSize[]): string {
  const rows = layers.map(({ arch, digest, plain, gzip, zstd, images }) => [
    digest.slice(7, 19),
    arch,
    megabytes(plain),
    megabytes(gzip),
    megabytes(zstd),
    images.join(', '),
  ]);
  const table = [['layer', 'for', 'as it is', 'gzip', 'zstd', 'in'], ...rows].map(
    ([layer = '', arch = '', plain = '', gzip = '', zstd = '', images = '']) =>
      [layer.padEnd(12), arch.padEnd(5), plain.padStart(9), gzip.padStart(7), zstd.padStart(7), images].join('  '),
  );
  return `${[...table, ...architecturesOf(layers).map((arch) => verdict(layers, arch))].join('\n')}\n`;
}

function verdict(layers: readonly LayerSize[], arch: Architecture): string {
  const member = memberSize(layers, arch);
  const kept = member <= memberBudget ? 'within' : 'MORE THAN';
  return `both containers of a member on ${arch}, shared layers once: ${megabytes(member)} MB, ${kept} the budget of ${megabytes(memberBudget)} MB`;
}

function architecturesOf(layers: readonly LayerSize[]): Architecture[] {
  return [...new Set(layers.map(({ arch }) => arch))];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
